#include "model/terms/recovery.hh"

#include <algorithm>
#include <cmath>

#include "network/tcp_window.hh"

namespace continuo {
namespace {

constexpr double duplicates = 3;  // acknowledgements that tell of a loss (RFC 5681)
constexpr double vain_most = 9;   // time-outs, each twice as long as the last: up to two minutes
constexpr double least = 0.001;   // seconds until what was lost is sent again, where nothing takes time

void add_told(Recovery& message, double segments, double seconds) {
  if (segments <= 0.0) return;
  message.told_seconds = (message.told_seconds * message.told + seconds * segments) / (message.told + segments);
  message.told += segments;
}

double timeout_seconds(double round_trip) { return to_seconds(TcpWindow::timeout_min) + round_trip; }

}  // namespace

void add_flight(Recovery& message, double segments, bool followed, double round_trip, double spacing) {
  const double again = std::max(round_trip, least);
  if (followed) {
    // What else is lost of it is there again before the next flight is.
    if (segments - 2 >= duplicates) add_told(message, 1.0, again);
    else message.untold += 1.0;
    return;
  }
  message.untold += std::min(segments, duplicates);
  const double told = segments - duplicates;
  if (told <= 0.0) return;
  // One with m segments behind it comes again a round trip later, of which the m take their part: the sum of again - m spacing.
  const double most = spacing > 0.0 ? std::clamp(std::floor(again / spacing), duplicates - 1, segments - 1) : segments - 1;
  const double later = most - duplicates + 1;
  const double sum = again * later - spacing * (most * (most + 1) - duplicates * (duplicates - 1)) / 2;
  add_told(message, told, std::max(0.0, sum) / told);
}

double packet_loss(const LinkProperties& link) {
  return 1 - (1 - link.mean_loss().value()) * (1 - link.corrupt.value());
}

double recovery_seconds(const Recovery& message, double loss, double round_trip, double u) {
  if (loss <= 0.0) return 0.0;
  if (loss >= 1.0) return timeout_seconds(round_trip) * std::exp2(vain_most);
  const double untold = -std::expm1(message.untold * std::log1p(-loss));
  const double beyond = std::max(1e-12, 1 - u);
  const auto in_vain = [&](double share) { return std::min(vain_most, std::floor(std::log(share) / std::log(loss))); };
  if (beyond < untold) return timeout_seconds(round_trip) * (std::exp2(1 + in_vain(beyond / untold)) - 1);
  const double told = -std::expm1(message.told * std::log1p(-loss)) * (1 - untold);
  if (beyond - untold >= told) return 0.0;
  const double share = (beyond - untold) / told;
  if (share >= loss) return message.told_seconds;
  return message.told_seconds + timeout_seconds(round_trip) * (std::exp2(1 + in_vain(share / loss)) - 1);
}

}  // namespace continuo
