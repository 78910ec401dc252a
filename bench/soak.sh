#!/usr/bin/env bash
# Twenty emulated nodes under changing load, links, failures and quotas: whether memory and descriptors grow. Needs root.
#
#   scripts/bench soak [--minutes N]             default: 60
#   bench/soak.sh PROGRAM [--minutes N]          with a program that is built: build/release/bin/continuo
#
# The same happens in every one of six cycles (or more: one each ten minutes), so that equal moments of two cycles can be
# compared. Of all processes of the run together, every two seconds: resident memory without what is shared, and open
# descriptors. Growth is the median over the last cycle less that over the second; the first warms up. Exit status 1: it grew,
# lost a request, or a process was killed that no event kills (what is dead does not grow); 77: cannot run here.
set -euo pipefail
program=${1:?usage: bench/soak.sh PROGRAM [--minutes N]} && shift
minutes=60
[ "${1-}" != --minutes ] || minutes=${2:?--minutes needs a number}
[[ $minutes =~ ^[1-9][0-9]{0,3}$ ]] || { echo "soak: $minutes is no number of minutes" >&2; exit 2; }
program=$(readlink -f "$program")
[ "$(id -u)" = 0 ] || { echo "soak: skipped: makes namespaces, and needs root for that" >&2; exit 77; }
"$program" doctor >/dev/null || { echo "soak: skipped: this host cannot emulate; continuo doctor says why" >&2; exit 77; }
top=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
seconds=$((minutes * 60))
cycles=$((minutes / 10 > 6 ? minutes / 10 : 6))
period=$((seconds / cycles))
memory_bar=0.05 # share, or 8 MB if that is more
descriptor_bar=4

work=$(mktemp -d)
run=
finish() {
  [ -z "$run" ] || { kill -INT "$run" 2>/dev/null && wait "$run" || true; }
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# ---- the scenario: a steady load, and in each cycle a burst and a list of changes ----
{
  cat <<SCENARIO
name: soak
tiers:
  cloud:    {quota: 0.4}
  edge:     {nodes: 4, quota: 0.2, memory: 256 MiB}
  endpoint: {nodes: 15, quota: 0.04, memory: 256 MiB, runtimes: []}
sites: {hall: [edge, endpoint], datacentre: [cloud]}
links:
  - {between: [endpoint, edge], delay: 5 ms, jitter: 1 ms, rate: 20 Mbit/s, loss: {good-to-bad: 0.2 %, bad-to-good: 30 %}}
  - {between: [endpoint, cloud], delay: 20 ms, jitter: 2 ms, rate: 10 Mbit/s}
  - {between: [edge, cloud], delay: 10 ms, rate: 100 Mbit/s}
services: [{name: burn, package: $top/services/burn}]
workload:
  - {name: steady, from: endpoint, service: burn, poisson: 0.4 Hz, duration: $seconds s}
SCENARIO
  for ((cycle = 0; cycle < cycles; ++cycle)); do
    echo "  - {name: burst-$cycle, from: endpoint, service: burn, poisson: 1 Hz, start: $((cycle * period + period / 2)) s, duration: $((period / 4)) s}"
  done
  echo "placement: {burn: [edge, cloud]}"
  echo "events:"
  for ((cycle = 0; cycle < cycles; ++cycle)); do
    at() { echo "$((cycle * period + period * $1 / 20)) s"; }
    cat <<EVENTS
  - {at: $(at 2), change: [endpoint, edge], rate: 2 Mbit/s, delay: 15 ms}
  - {at: $(at 4), change: [endpoint, edge], rate: 20 Mbit/s, delay: 5 ms}
  - {at: $(at 5), partition: [endpoint, edge-1]}
  - {at: $(at 7), heal: [endpoint, edge-1]}
  - {at: $(at 8), kill: edge-2}
  - {at: $(at 11), restart: edge-2}
  - {at: $(at 12), quota: 0.05, of: edge-3}
  - {at: $(at 14), quota: 0.2, of: edge-3}
  - {at: $(at 15), pause: edge-4}
  - {at: $(at 16), resume: edge-4}
EVENTS
  done
} >"$work/soak.yaml"

processes() { # of the run, itself included
  local pid children waiting=("$run")
  while [ ${#waiting[@]} != 0 ]; do
    pid=${waiting[0]} waiting=("${waiting[@]:1}")
    echo "$pid"
    children=$(cat "/proc/$pid/task/"*/children 2>/dev/null) || true
    # shellcheck disable=SC2206
    waiting+=($children)
  done
}

sample() { # seconds since the load began, kB, descriptors, processes
  local pid kilobytes=0 descriptors=0 count=0 private open
  for pid in $(processes); do
    # Any of them may end between two of these lines.
    private=$(awk '/^RssAnon:/ {print $2}' "/proc/$pid/status" 2>/dev/null) || continue
    open=$(ls "/proc/$pid/fd" 2>/dev/null | wc -l) || continue
    kilobytes=$((kilobytes + ${private:-0})) descriptors=$((descriptors + open)) count=$((count + 1))
  done
  echo "$((SECONDS - begun)) $kilobytes $descriptors $count"
}

"$program" run "$work/soak.yaml" --at emulate --json "$work/result.json" >"$work/output" 2>&1 &
run=$!
until grep -q '"phase": *"loading"' <("$program" emulate ctl status 2>/dev/null); do
  kill -0 "$run" 2>/dev/null || { cat "$work/output" >&2; exit 2; }
  sleep 0.2
done
begun=$SECONDS
while kill -0 "$run" 2>/dev/null && [ $((SECONDS - begun)) -lt "$seconds" ]; do
  sample >>"$work/samples"
  sleep 2
done
status=0
wait "$run" || status=$?
run=
[ "$status" = 0 ] || [ "$status" = 3 ] || { tail -n 20 "$work/output" >&2; exit 1; }

# median COLUMN CYCLE: over the cycle but its last tenth, in which the load of the last one ends
median() {
  awk -v from=$(($2 * period)) -v to=$(($2 * period + period * 9 / 10)) -v column="$1" \
    '$1 >= from && $1 < to {print $column}' "$work/samples" | sort -n | awk '{all[NR] = $1} END {print all[int((NR + 1) / 2)]}'
}
for ((cycle = 0; cycle < cycles; ++cycle)); do
  echo "  cycle $cycle: $(median 2 $cycle) kB, $(median 3 $cycle) descriptors, $(median 4 $cycle) processes" >&2
done
ok=0
say() { # METRIC VALUE UNIT BAR OK
  printf '{"bench":"soak","metric":"%s","value":%s,"unit":"%s","bar":%s,"ok":%s,"peer":null,"ratio":null,"runs":1,"spread":null}\n' "$@"
  [ "$5" = true ] || ok=1
}
before=$(median 2 1) after=$(median 2 $((cycles - 1)))
grew=$(awk -v a="$before" -v b="$after" 'BEGIN {printf "%.4f", (b - a) / a}')
say memory_growth "$grew" 1 "$memory_bar" \
  "$(awk -v a="$before" -v b="$after" -v bar="$memory_bar" 'BEGIN {print (b - a <= bar * a || b - a <= 8000) ? "true" : "false"}')"
more=$(($(median 3 $((cycles - 1))) - $(median 3 1)))
say descriptor_growth "$more" 1 "$descriptor_bar" "$([ "$more" -le "$descriptor_bar" ] && echo true || echo false)"
unaccounted=$(tr -d ' \n' <"$work/result.json" |
  grep -o '"requests":{"generated":[0-9]*,"completed":[0-9]*,"failed":{[^}]*}' | grep -o ':[0-9][0-9]*' |
  awk '{value = substr($0, 2)} NR == 1 {left = value} NR > 1 {left -= value} END {print (NR > 1 ? left : "null")}')
say requests_unaccounted "$unaccounted" 1 0 "$([ "$unaccounted" = 0 ] && echo true || echo false)"
killed=$(grep -c 'was killed by signal' "$work/output" || true)
say processes_killed "$killed" 1 0 "$([ "$killed" = 0 ] && echo true || echo false)"
exit $ok
