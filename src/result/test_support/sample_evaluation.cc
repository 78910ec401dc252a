#include "result/test_support/sample_evaluation.hh"

#include <algorithm>
#include <cmath>

#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

struct Shape {
  const char* name;
  int requests;
  Duration prepare, uplink, queue, service, downlink;  // means
  double spread;                                       // of uplink and service
  Duration bound;
};

constexpr Duration run_time = 60s;

ServiceResult sample_service(const Shape& shape, Seed seed) {
  ServiceResult service;
  service.name = shape.name;
  service.generated = static_cast<std::uint64_t>(shape.requests);
  service.completed = service.generated;
  Rng rng{seed.derive(shape.name)};
  const auto around = [&](Duration mean) {
    return from_seconds(to_seconds(mean) * std::max(0.25, 1 + shape.spread * rng.normal()));
  };
  for (int request = 0; request < shape.requests; ++request) {
    const Duration prepare = around(shape.prepare);
    const Duration uplink = around(shape.uplink);
    const Duration queue = rng.happens(Probability::of(0.35)) ? rng.exponential(shape.queue * 3) : Duration{};
    const Duration run = around(shape.service);
    const Duration downlink = around(shape.downlink);
    service.stages.prepare.add(prepare);
    service.stages.uplink.add(uplink);
    service.stages.queue.add(queue);
    service.stages.service.add(run);
    service.stages.downlink.add(downlink);
    service.latency.add(prepare + uplink + queue + run + downlink);
  }
  service.slo = ServiceLevelMet{shape.bound, 0.95, service.latency.share_within(shape.bound)};
  return service;
}

void serve_by(ServiceResult& service, const std::vector<std::pair<ServedShare, double>>& shares) {
  for (auto [served, share] : shares) {
    served.share = share;
    served.requests = static_cast<std::uint64_t>(std::lround(share * static_cast<double>(service.completed)));
    service.by_node.push_back(served);
  }
}

Evaluation sample_base(Fidelity fidelity) {
  Evaluation evaluation;
  evaluation.scenario = "factory";
  evaluation.fidelity = fidelity;
  evaluation.seed = Seed{1};
  evaluation.commit = "3f09a4f";
  evaluation.duration = run_time;
  return evaluation;
}

// A minute of 1 cloud, 2 edge and 3 endpoint nodes.
EnergyUse sample_energy(double busier) {
  const auto joules = [](double amount) { return Energy::joules(amount); };
  EnergyUse use{.time = run_time, .tiers = {}, .nodes = {}, .links = {}, .services = {}, .beside = Energy::joules(busier * 15.5), .currency = "USD"};
  use.tiers = {{"cloud", 1, Power::watts(66), Power::watts(247), true, joules(3960), busier * joules(600), 0.0016},
               {"edge", 2, Power::watts(7), Power::watts(15), false, joules(840), busier * joules(500), 0.0004},
               {"endpoint", 3, Power::watts(2.7), Power::watts(6.4), true, joules(486), busier * joules(10), std::nullopt}};
  use.nodes = {{"cloud-1", joules(3960), busier * joules(600)}, {"edge-1", joules(420), busier * joules(300)}};
  use.links = {{"endpoint to edge (4g)", EnergyPerBit::nanojoules(6638.4), true, 8_MiB, joules(445.5)}};
  use.services = {{"read-text", 180, busier * joules(900), joules(300)}, {"face-detect", 900, busier * joules(194.5), joules(145.5)}};
  return use;
}

constexpr ResourceKind cpu = ResourceKind::cpu;
constexpr ResourceKind link = ResourceKind::link;

}  // namespace

Evaluation sample_model() {
  Evaluation evaluation = sample_base(Fidelity::model);
  ServiceResult text = sample_service({"read-text", 180, 500us, 58ms, 11ms, 96ms, 8ms, 0.14, 250ms}, Seed{21});
  serve_by(text, {{{"edge-1", "ppocr-v4-fp32", 0, 0}, 0.8}, {{"cloud-1", "ppocr-v4-fp32", 0, 0}, 0.2}});
  ServiceResult face = sample_service({"face-detect", 900, 500us, 31ms, 2ms, 14ms, 8ms, 0.12, 100ms}, Seed{22});
  serve_by(face, {{{"edge-cv-1", "blazeface-opencv", 0, 0}, 1.0}});
  evaluation.services = {text, face};
  evaluation.resources = {{"cloud-1 cpu", cpu, 0.06, 0.06}, {"edge-1 cpu", cpu, 0.62, 0.62}, {"edge-cv-1 cpu", cpu, 0.43, 0.43},
                          {"endpoint-1 cpu", cpu, 0.01, 0.01}, {"endpoint to edge (4g)", link, 0.31, 0.31},
                          {"endpoint to cloud (4g)", link, 0.08, 0.08}};
  evaluation.bottleneck = "edge-1 cpu";
  evaluation.bottleneck_load = 0.62;
  evaluation.inequalities = {{"worker compute: T_proc R E < C_w Q_w", "edge-1", 0.31, 0.5, "cores", true},
                             {"network: 8 d R < B", "endpoint to edge (4g)", 2.24, 7.21, "Mbit/s", true}};
  evaluation.energy = sample_energy(1.0);
  evaluation.notes = {"waits follow an exponential tail beyond their mean"};
  return evaluation;
}

Evaluation sample_emulation() {
  Evaluation evaluation = sample_base(Fidelity::emulate);
  ServiceResult text = sample_service({"read-text", 180, 700us, 61ms, 14ms, 102ms, 9ms, 0.2, 250ms}, Seed{31});
  text.answers = {{"labels", {150, 148}}, {"pages", {30, 30}}};
  serve_by(text, {{{"edge-1", "ppocr-v4-fp32", 0, 0}, 0.75}, {{"cloud-1", "ppocr-v4-fp32", 0, 0}, 0.25}});
  ServiceResult face = sample_service({"face-detect", 900, 600us, 33ms, 3ms, 15ms, 9ms, 0.18, 100ms}, Seed{32});
  face.generated += 2;
  face.failed = {{"deadline", 2}};
  face.answers = {{"photos", {900, 900}}};
  serve_by(face, {{{"edge-cv-1", "blazeface-opencv", 0, 0}, 0.5}, {{"edge-1", "blazeface-onnx", 0, 0}, 0.5}});
  evaluation.services = {text, face};
  evaluation.resources = {{"cloud-1 cpu", cpu, 0.08, 0.08}, {"edge-1 cpu", cpu, 0.71, 0.71}, {"edge-cv-1 cpu", cpu, 0.24, 0.24},
                          {"endpoint-1 cpu", cpu, 0.05, 0.05}, {"endpoint to edge (4g)", link, 0.33, 0.33},
                          {"endpoint to cloud (4g)", link, 0.09, 0.09}};
  evaluation.bottleneck = "edge-1 cpu";
  evaluation.bottleneck_load = 0.71;
  evaluation.delivery = {{"delay endpoint to edge", "ms", 7.5, 7.52, 0.5, true, ""},
                         {"delay endpoint to cloud", "ms", 45, 45.1, 2, true, ""},
                         {"rate endpoint to edge", "Mbit/s", 7.21, 7.19, 0.15, true, ""},
                         {"delay endpoint to edge-cv", "ms", 7.5, 7.49, 0.5, true, ""},
                         {"rate endpoint to edge-cv", "Mbit/s", 7.21, 7.2, 0.15, true, ""},
                         {"delay edge to cloud", "ms", 7.5, 7.51, 0.5, true, ""},
                         {"CPU share edge", "cores", 0.5, 0.497, 0.025, true, ""}};
  evaluation.events = {{30s, "kill edge-cv-1", EventOrigin::scenario, 250us},
                       {30s + 8ms, "edge-cv-1 lost: connection reset"},
                       {30s + 240ms, "face-detect moved to edge-1"}};
  evaluation.programs = {{"ping", "endpoint-1", "ping -c 3 edge-1", 2s, 2s + 30ms, 0, "exited with status 0", "3 received\n"},
                         {"late", "endpoint-2", "sleep 99", 2s, 0s, std::nullopt, "did not end", ""}};
  for (int second = 0; second < 60; second += 2) {
    TimelineSlice slice{.from = std::chrono::seconds{second}, .to = std::chrono::seconds{second + 2}, .completed_by_node = {}};
    const auto wobble = static_cast<std::uint64_t>(second % 3);
    slice.completed_by_node["cloud-1"] = 1 + wobble / 2;
    slice.completed_by_node["edge-1"] = second < 30 ? 4 + wobble : 34 - wobble;
    if (second < 30) slice.completed_by_node["edge-cv-1"] = 30 - wobble;
    slice.failed = second == 30 ? 2 : 0;
    slice.latency_p50 = second < 30 ? 60ms : 90ms;
    slice.latency_p95 = second == 30 ? 900ms : second < 30 ? 85ms : 140ms;
    evaluation.timeline.push_back(slice);
  }
  evaluation.traffic = {{.link = "endpoint to edge", .from = "endpoint-1", .to = "edge-1", .offered_packets = 9000, .offered = 8_MiB,
                         .delivered_packets = 8990, .delivered = 7_MiB, .duplicated_packets = 3, .corrupted_packets = 1,
                         .dropped = {{"lost", 9}, {"cut", 4}}, .queueing = {{1us, 8000}, {1024us, 990}}},
                        {.link = "endpoint-1 up", .from = "endpoint-1", .to = "", .offered_packets = 10, .offered = 1_KiB,
                         .delivered_packets = 10, .delivered = 1_KiB, .dropped = {}, .queueing = {{2us, 10}}}};
  evaluation.energy = sample_energy(1.25);
  evaluation.startup_ms = {{"up", 412.5}, {"first answer", 3120.0}};
  evaluation.network_stack = {{"cloud", "cubic", 10, true, 6_MiB, 4_MiB, 1500_B}, {"edge", "bbr", 32, false, 1_MiB, 1_MiB, 9000_B}};
  return evaluation;
}

std::vector<Evaluation> sample_pair() { return {sample_model(), sample_emulation()}; }

}  // namespace continuo
