// Time that TCP takes to send again what a link lost, to first order: of a message's losses the one that takes longest counts.
#pragma once

#include "scenario/link_properties.hh"

namespace continuo {

// The segments of one message whose loss makes its end later.
struct Recovery {
  double told = 0.0;          // by what is sent behind them (fast retransmit, RFC 5681)
  double told_seconds = 0.0;  // later by so much, in the mean over them
  double untold = 0.0;        // by nothing but the time-out: fewer than three are sent behind them
};

// What a flight adds. `followed`: another flight of the message leaves when its first acknowledgement is there. `spacing`: seconds from
// one of its segments to the next.
void add_flight(Recovery& message, double segments, bool followed, double round_trip, double spacing);

// Of each packet; corrupted ones are dropped by the receiver.
double packet_loss(const LinkProperties& link);

// Seconds that a share `u` of such messages is delayed by at most (but for told losses, which are taken by their mean): with chance
// 1 - (1 - p)^untold the time-out of 200 ms and a round trip, (2^k - 1) times if it passed in vain k - 1 times (RFC 6298); else with chance
// 1 - (1 - p)^told what fast retransmit takes, and the time-out more if what was sent again is lost.
double recovery_seconds(const Recovery& message, double loss, double round_trip, double u);

// Segments of a message, and packets lost, for which that holds: beyond, several losses of a message add up, and the window is less than
// what duplicate acknowledgements take.
constexpr double losses_most = 0.3;      // of a message in the mean
constexpr double packet_loss_most = 0.03;
constexpr bool holds_for(double loss, double segments) { return loss <= packet_loss_most && loss * segments <= losses_most; }

}  // namespace continuo
