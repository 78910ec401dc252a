// The style sheet of the HTML report: restrained, light or dark as the reader's system asks, and black on white in print.
#pragma once

namespace continuo {

inline constexpr const char* page_style = R"css(
:root {
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #5b6776; --line: #dfe4ea; --hair: #eceff3;
  --accent: #2f6690; --accent-soft: #9db9cf; --good: #23795d; --good-soft: #e2f1ec; --bad: #b3372f; --bad-soft: #fae7e5;
  --warm: #b7791f; --node: #f8fafb; --track: #e3e8ed;
  --prepare: #b8c0ca; --uplink: #3a6ea5; --queue: #e3b04b; --service: #2b7a6d; --downlink: #a9c6de;
  --n0: #3a6ea5; --n1: #2b8a7b; --n2: #e0a33e; --n3: #b85c6e; --n4: #7d6bb0; --n5: #7c9a45; --n6: #5fa8c9; --n7: #9a8873;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12171d; --card: #1a2129; --ink: #e6ebf0; --soft: #97a4b3; --line: #2e3945; --hair: #252e38;
    --accent: #7fb2d9; --accent-soft: #47647c; --good: #6cc5a4; --good-soft: #1c3a31; --bad: #ee8d84; --bad-soft: #46221f;
    --warm: #e0b15c; --node: #202933; --track: #323d49;
    --prepare: #6b7786; --uplink: #4d86c0; --queue: #d7a344; --service: #3b9485; --downlink: #7ea3c2;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink); font-size: 15px; line-height: 1.5;
  font-family: Inter, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Open Sans", system-ui, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1176px; margin: 0 auto; padding: 40px 24px 64px; }
header h1 { font-size: 34px; line-height: 1.15; font-weight: 650; letter-spacing: -0.02em; margin: 0 0 6px; }
header p { margin: 0; color: var(--soft); }
header .mark { font-size: 12px; letter-spacing: 0.12em; text-transform: uppercase; color: var(--accent); margin-bottom: 10px; }
.facts { display: flex; flex-wrap: wrap; gap: 6px 26px; }
.facts b { color: var(--ink); font-weight: 600; }
.verdicts { display: flex; flex-wrap: wrap; gap: 10px; margin: 20px 0 4px; }
.verdict { border: 1px solid var(--line); background: var(--card); border-radius: 999px; padding: 5px 14px; font-size: 14px; }
.verdict i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 8px; background: var(--good); }
.verdict.bad i { background: var(--bad); }
.verdict span { color: var(--soft); }
.alarm { background: var(--bad-soft); border-left: 4px solid var(--bad); border-radius: 6px; padding: 12px 18px; margin: 18px 0 0; }
.alarm ul { margin: 4px 0 0; padding-left: 20px; }
section { margin-top: 34px; }
h2 { font-size: 19px; font-weight: 620; letter-spacing: -0.01em; margin: 0 0 2px; }
h2 + p { margin: 0 0 12px; color: var(--soft); font-size: 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 24px; overflow-x: auto; }
.grid { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(330px, 1fr)); }
.pair { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(460px, 1fr)); }
.tables { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(460px, 1fr)); align-items: start; }
.wide { grid-column: 1 / -1; }
.key h3 { margin: 0; font-size: 15px; font-weight: 600; display: flex; justify-content: space-between; gap: 12px; }
.key .big { font-size: 40px; line-height: 1.1; font-weight: 650; letter-spacing: -0.025em; margin: 12px 0 0; }
.key .big small { font-size: 16px; font-weight: 500; color: var(--soft); letter-spacing: 0; }
.key .sub { color: var(--soft); font-size: 14px; margin: 2px 0 14px; }
.key dl { display: grid; grid-template-columns: repeat(3, auto); gap: 2px 18px; margin: 0; justify-content: space-between; }
.key dt { grid-row: 1; color: var(--soft); font-size: 12.5px; }
.key dd { grid-row: 2; margin: 0; font-weight: 600; }
.badge { font-size: 12.5px; font-weight: 600; border-radius: 999px; padding: 2px 10px; white-space: nowrap; }
.badge.good { color: var(--good); background: var(--good-soft); }
.badge.bad { color: var(--bad); background: var(--bad-soft); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; font-weight: 600; font-size: 15px; padding-bottom: 8px; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: 12.5px; border-bottom: 1px solid var(--line); }
th, td { padding: 6px 12px 6px 0; vertical-align: baseline; }
td { border-bottom: 1px solid var(--hair); }
tr:last-child td { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
.num { text-align: right; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; } .soft { color: var(--soft); } .hot { color: var(--warm); font-weight: 600; }
.meter { display: inline-block; width: 110px; height: 8px; border-radius: 4px; background: var(--track); overflow: hidden; }
.meter i { display: block; height: 100%; border-radius: 4px; background: var(--accent); }
.meter i.hot { background: var(--warm); } .meter i.full { background: var(--bad); }
.keys { display: flex; gap: 22px; color: var(--soft); font-size: 13px; margin: 0 0 10px; }
.keys i { display: inline-block; width: 26px; height: 0; border-top: 2.5px solid var(--accent); vertical-align: middle; margin-right: 7px; }
.keys i.model { border-top: 2px dashed var(--warm); } .keys i.simulate { border-top: 2px dotted var(--good); } .keys i.bound { border-top: 1.5px solid var(--bad); }
.notes { color: var(--soft); font-size: 14px; margin: 0; padding-left: 20px; }
footer { margin-top: 40px; color: var(--soft); font-size: 13px; }
svg { display: block; width: 100%; height: auto; min-width: 440px; }
svg text { font-family: inherit; fill: var(--ink); font-size: 12px; }
svg .faint { fill: var(--soft); font-size: 11px; } svg .small { font-size: 11.5px; }
svg .name { font-size: 13px; font-weight: 600; } svg .tier { font-size: 13px; font-weight: 650; }
svg .figure { font-size: 12.5px; font-weight: 600; } svg .figure-small { font-size: 11.5px; font-weight: 600; }
svg .halo { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
svg .measured { fill: var(--accent); font-size: 11px; font-weight: 600; }
.frame { fill: none; stroke: var(--line); stroke-width: 1.2; } .node { fill: var(--node); stroke: var(--line); stroke-width: 1; }
.link { stroke: var(--accent-soft); stroke-width: 2; fill: none; } .grid-line, svg .grid { stroke: var(--hair); stroke-width: 1; }
.track { fill: var(--track); } .fill { fill: var(--accent); } .fill-hot { fill: var(--warm); }
.s-prepare { fill: var(--prepare); } .s-uplink { fill: var(--uplink); } .s-queue { fill: var(--queue); }
.s-service { fill: var(--service); } .s-downlink { fill: var(--downlink); }
svg .in-dark { fill: #ffffff; font-size: 11.5px; } svg .in-light { fill: #1b2430; font-size: 11.5px; }
.curve { fill: none; stroke: var(--accent); stroke-width: 2.4; stroke-linejoin: round; }
.curve-simulate { fill: none; stroke: var(--good); stroke-width: 2; stroke-dasharray: 2 3; stroke-linejoin: round; }
.curve-model { fill: none; stroke: var(--warm); stroke-width: 1.8; stroke-dasharray: 6 4; stroke-linejoin: round; }
.mark { fill: var(--card); stroke: var(--accent); stroke-width: 2; } .leader { stroke: var(--accent-soft); stroke-width: 1; }
.slo { stroke: var(--bad); stroke-width: 1.4; } svg .slo-label { fill: var(--bad); font-size: 11px; }
.event { stroke: var(--bad); stroke-width: 1.2; stroke-dasharray: 3 3; } svg .event-label { font-size: 11.5px; font-weight: 600; fill: var(--bad); }
pre { overflow-x: auto; font-size: 12px; margin: 6px 0 16px; }
.event.observed { stroke: var(--soft); stroke-width: 0.8; } svg .event-label.observed { font-weight: 400; fill: var(--soft); }
.failed { fill: var(--bad); } .latency-p95 { fill: none; stroke: var(--accent); stroke-width: 1.8; stroke-linejoin: round; }
.latency-p50 { fill: none; stroke: var(--accent-soft); stroke-width: 1.8; stroke-linejoin: round; }
.latency-p95-point { fill: var(--accent); } .latency-p50-point { fill: var(--accent-soft); }
.node-0 { fill: var(--n0); } .node-1 { fill: var(--n1); } .node-2 { fill: var(--n2); } .node-3 { fill: var(--n3); }
.node-4 { fill: var(--n4); } .node-5 { fill: var(--n5); } .node-6 { fill: var(--n6); } .node-7 { fill: var(--n7); }
@media (max-width: 560px) { .pair, .tables, .grid { grid-template-columns: 1fr; } main { padding: 24px 14px; } .card { padding: 14px; } }
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; }
  body { font-size: 11px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; } section, .card, table { break-inside: avoid; } .card { padding: 10px 12px; }
  section { margin-top: 18px; } header h1 { font-size: 24px; }
}
)css";

}  // namespace continuo
