// The parts of the scenario parser. Internal to scenario/: parse.hh is the way in.
//
// Each reads one section into the Scenario and tells every mistake in it. A part that is broken is still entered by its
// name, so that one mistake is told once and not again wherever the name is used.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "scenario/fields.hh"
#include "scenario/files.hh"
#include "scenario/link_files.hh"
#include "scenario/scenario.hh"

namespace continuo {

// `network`: what the whole scenario says, which a tier may change.
void read_tiers(const YamlNode& node, const NetworkStack& network, Scenario& scenario, Problems& problems);
// `of` is whose: tier "edge". What the node does not name keeps its value.
void read_network(const YamlNode& node, const std::string& of, NetworkStack& stack, Problems& problems);
// The keys pinned, processes and disk of a tier.
void read_limits(const Fields& fields, Tier& tier, Problems& problems);
// The keys power and price of a tier.
void read_energy(const Fields& fields, Tier& tier, Problems& problems);
// `node`: the last tier, which has a price. Tells it if an earlier one has a price in another currency.
void check_currency(const YamlNode& node, const Scenario& scenario, Problems& problems);
void read_sites(const YamlNode* node, Scenario& scenario, Problems& problems);
// A null node: the file has no links.
void read_links(const YamlNode* node, Scenario& scenario, LinkFiles& files, Problems& problems);
// The figures of a link in a mapping that may have other keys beside: with_link_keys() adds theirs to `own`. Nothing: it was
// told what is wrong. The patch of a mapping without figures says_nothing().
std::optional<LinkPatch> read_link_patch(const Fields& fields, LinkFiles& files, Problems& problems);
std::vector<std::string_view> with_link_keys(std::initializer_list<std::string_view> own);
void read_access(const YamlNode& node, Scenario& scenario, LinkFiles& files, Problems& problems);
std::optional<QueueProperties> read_queue(const YamlNode& node, const std::string& what, Problems& problems);
void read_services(const YamlNode& node, Scenario& scenario, const Files& files, Problems& problems);
void read_workload(const YamlNode& node, Scenario& scenario, const Files& files, Problems& problems);
void read_placement(const YamlNode& node, Scenario& scenario, Problems& problems);
void read_tolerances(const YamlNode* node, Scenario& scenario, Problems& problems);
// One item of the workload that has the key `exec`.
void read_program(const YamlNode& node, Scenario& scenario, Problems& problems);
void read_operating(const YamlNode* node, Scenario& scenario, Problems& problems);
// Last: events are about all the others.
void read_events(const YamlNode* node, Scenario& scenario, LinkFiles& files, Problems& problems);
// What the mapping says beside its time; nothing: it was told.
struct NamedAction;
std::optional<NamedAction> read_action(const Fields& fields, const Scenario& scenario, LinkFiles& files, Problems& problems);
// The keys that read_action() knows, added to `own`.
std::vector<std::string_view> with_action_keys(std::initializer_list<std::string_view> own);

// A name of the file's; an unknown one is told with the nearest known one.
std::optional<TierIndex> find_tier(const YamlNode& node, const Scenario& scenario, Problems& problems);
std::optional<ServiceIndex> find_service(const YamlNode& node, const Scenario& scenario, Problems& problems);
// All nodes of a tier, or one node.
std::vector<NodeIndex> find_nodes(const YamlNode& node, const Scenario& scenario, Problems& problems);

}  // namespace continuo
