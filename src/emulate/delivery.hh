// Delivery checks: what the scenario asked of the infrastructure beside what was measured. Pure.
#pragma once

#include <string>
#include <vector>

#include "emulate/fabric/fabric.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

// All paths between two tiers in one direction, or the one between two nodes that have a link of their own, or the access links of
// a tier's nodes in one direction.
struct LinkClass {
  std::string label;
  LinkProperties requested;  // at the start; what was asked of each packet at its time is in `measure` and `counters`
  LinkCounters counters;
  LinkMeasure measure;
  Histogram delays;  // of access links: none
  bool is_access = false;
};
// Those that saw a packet, in the scenario's order of links, then the access links in that of its tiers.
std::vector<LinkClass> link_classes(const Scenario& scenario, const FabricCounters& counters);

// Tolerance of a mean delay: that of the scenario, or three standard errors of a mean over as many independent delays as were
// seen, whichever is most; plus what clipping at 0 adds to the mean.
DeliveryCheck check_delay(const LinkClass& link, const DeliveryTolerances& tolerances);
// Its standard deviation and its 99th percentile, where enough independent delays were seen to tell (10 and 100); the
// percentile of a link that did not change during the run.
DeliveryCheck check_jitter(const LinkClass& link, const DeliveryTolerances& tolerances);
DeliveryCheck check_delay_p99(const LinkClass& link, const DeliveryTolerances& tolerances);
// Over busy periods. A link that was never busy for long enough is not judged, and the note says so.
DeliveryCheck check_rate(const LinkClass& link, const DeliveryTolerances& tolerances);
// Tolerance five standard errors of a share of as many packets; bursts make each count for less.
DeliveryCheck check_loss(const LinkClass& link);

// What a node got while it wanted all it could get; `tolerance` is a share of it.
DeliveryCheck check_cpu_share(const std::string& node, double requested_cores, double delivered_cores, double tolerance);
// The greatest use of CPU over quota among the nodes during the run; tolerance 5 %.
struct CpuUse {
  std::string node;
  double quota_cores = 1.0;
  double used_cores = 0.0;
};
DeliveryCheck check_cpu_limit(const std::vector<CpuUse>& uses);
// 99th percentile of how late packets were handed over.
DeliveryCheck check_lateness(const Histogram& lateness, Duration tolerance);
// Packets that the receiving device refused, the sender's dropped, or the fabric had no memory for: none is tolerated, for no
// link asked for that loss. What the sender addressed to nobody is only noted.
DeliveryCheck check_handing_over(const FabricDrops& drops);

// Delay of each link class, rate of each that has one, loss of each that has one.
std::vector<DeliveryCheck> check_links(const std::vector<LinkClass>& links, const DeliveryTolerances& tolerances);

// Sets valid and invalid_because from the delivery checks.
void judge_delivery(Evaluation& evaluation);

}  // namespace continuo
