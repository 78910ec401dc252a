// What a tier's nodes draw and cost.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <variant>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr Range<Power> powers{Power::watts(0), Power::watts(1e6)};
constexpr double price_max = 1e6;  // an hour
constexpr const char* price_form = "write a number, a currency and /h, for example 0.096 USD/h";

void read_power_draw(const YamlNode& node, const std::string& of, Tier& tier, Problems& problems) {
  const std::string what = "`power` of " + of;
  const Problems::Mark before = problems.mark();
  const Fields fields{node, what, {"idle", "busy"}, problems};
  if (!node.is_mapping()) return;
  const YamlNode* idle_node = fields.require("idle", "idle: 2.7 W (what the node draws with nothing to do)");
  const YamlNode* busy_node = fields.require("busy", "busy: 6.4 W (what it draws with all its cores in use)");
  if (idle_node == nullptr || busy_node == nullptr) return;
  const auto idle = read_power(*idle_node, "`idle` of " + what, powers, problems);
  const auto busy = read_power(*busy_node, "`busy` of " + what, powers, problems);
  if (!idle || !busy || problems.mark() != before) return;
  if (*busy < *idle) {
    problems.add(*busy_node, fmt::format("{} is {} when busy and {} when idle", what, format_power(*busy), format_power(*idle)),
                 "a busy node draws at least what an idle one does: exchange the two");
    return;
  }
  tier.power = PowerDraw{*idle, *busy};
}

// "0.096 USD/h"
std::variant<Price, QuantityError> parse_price(std::string_view text) {
  Price price;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), price.per_hour);
  if (failure != std::errc{} || !std::isfinite(price.per_hour)) return QuantityError{fmt::format("{} is no price", in_quotes(text)), price_form};
  std::string_view rest{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const auto is_letter = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
  if (rest.empty()) return QuantityError{fmt::format("{} has no currency", in_quotes(text)), price_form};
  const bool has_currency = rest.size() >= 3 && std::all_of(rest.begin(), rest.begin() + 3, is_letter);
  if (!has_currency || rest.substr(3) != "/h") {
    return QuantityError{fmt::format("{} is no price an hour", in_quotes(text)),
                         std::string{price_form} + " (the currency in three capital letters, as ISO 4217 has it)"};
  }
  if (!(price.per_hour >= 0.0 && price.per_hour <= price_max)) {
    return QuantityError{fmt::format("{} is out of range", in_quotes(text)), "a price is from 0 to 1000000 an hour"};
  }
  price.currency = rest.substr(0, 3);
  return price;
}

}  // namespace

void read_energy(const Fields& fields, Tier& tier, Problems& problems) {
  if (const YamlNode* node = fields.find("power")) read_power_draw(*node, fields.what(), tier, problems);
  if (const YamlNode* node = fields.find("price")) {
    const std::string what = "`price` of " + fields.what();
    const auto text = read_text(*node, what, problems);
    if (!text) return;
    auto price = parse_price(*text);
    if (const auto* error = std::get_if<QuantityError>(&price)) problems.add(*node, what + ": " + error->message, error->hint);
    else tier.price = std::get<Price>(std::move(price));
  }
}

void check_currency(const YamlNode& node, const Scenario& scenario, Problems& problems) {
  const Tier& last = scenario.tiers.back();
  const auto other = std::ranges::find_if(scenario.tiers, [&](const Tier& tier) {
    return tier.price && tier.price->currency != last.price->currency;
  });
  if (other == scenario.tiers.end()) return;
  for (std::size_t index = 0; index < node.keys.size(); ++index) {
    if (node.keys[index].text != "price") continue;
    problems.add(node.items[index], fmt::format("`price` of tier {} is in {}, and that of tier {} in {}", in_quotes(last.name),
                                                last.price->currency, in_quotes(other->name), other->price->currency),
                 "state all prices of a scenario in one currency");
  }
}

}  // namespace continuo
