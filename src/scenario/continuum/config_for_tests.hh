// Continuum configurations for tests: a valid one, with some keys changed.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "scenario/continuum/continuum_config.hh"
#include "scenario/continuum/import.hh"
#include "scenario/continuum/parameter.hh"
#include "scenario/files.hh"
#include "scenario/parse.hh"

namespace continuo::test {

using Keys = std::map<std::string, std::string>;

// Endpoints of half a core that classify images on one edge node, under mist.
inline Keys mist_keys() {
  return {{"provider", "qemu"},
          {"edge_nodes", "1"},
          {"edge_cores", "2"},
          {"edge_memory", "4"},
          {"edge_quota", "0.75"},
          {"endpoint_nodes", "2"},
          {"endpoint_cores", "1"},
          {"endpoint_memory", "1"},
          {"endpoint_quota", "0.5"},
          {"resource_manager", "mist"},
          {"application", "image_classification"},
          {"frequency", "5"}};
}

// Three cloud nodes under kubernetes: its control plane and two workers.
inline Keys kubernetes_keys() {
  Keys keys = mist_keys();
  for (const char* key : {"edge_nodes", "edge_cores", "edge_memory", "edge_quota"}) keys.erase(key);
  keys.insert({{"cloud_nodes", "3"}, {"cloud_cores", "4"}, {"cloud_memory", "8"}, {"cloud_quota", "1.0"}});
  keys["resource_manager"] = "kubernetes";
  return keys;
}

// `keys` with the changes; an empty value takes the key away. A test that means an empty value writes the file itself.
inline Keys changed(Keys keys, const Keys& changes) {
  for (const auto& [key, value] : changes) {
    if (value.empty()) keys.erase(key);
    else keys[key] = value;
  }
  return keys;
}

// As a file: sections and keys in the order of the list of parameters.
inline std::string text_of(const Keys& keys) {
  std::string text;
  std::string section;
  for (const ContinuumParameter& parameter : continuum_parameters()) {
    const auto found = keys.find(parameter.key);
    if (found == keys.end()) continue;
    if (parameter.section != section) text += "[" + parameter.section + "]\n";
    section = parameter.section;
    text += parameter.key + " = " + found->second + "\n";
  }
  return text;
}

inline std::string errors_of(const std::string& text) {
  const auto parsed = parse_continuum(text, "a.cfg");
  const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed);
  return errors == nullptr ? "" : to_string(*errors);
}

inline ContinuumConfig config_of(const Keys& keys) {
  auto parsed = parse_continuum(text_of(keys), "a.cfg");
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    ADD_FAILURE() << to_string(*errors) << text_of(keys);
    return {};
  }
  return std::get<ContinuumConfig>(std::move(parsed));
}

inline ImportedScenario import_of(const Keys& keys) { return import_continuum(config_of(keys), {.services = "services"}); }

// Any package is the one that classifies.
class AnyPackage final : public Files {
 public:
  std::optional<std::string> read(const std::filesystem::path&, Bytes) const override {
    return "name: any\nversion: '1'\ntask: load\nlicence: MIT\ninputs: [{name: image, datatype: BYTES, shape: [1]}]\noutputs: "
           "[]\n"
           "variants: [{name: one, runtime: builtin, memory: 1 MiB, service_time: 1 ms}]\nsample: {path: a.jpg, size: 10,\n"
           "  sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}\n";
  }
  std::vector<FoundFile> match(const std::filesystem::path&, const std::string&, std::size_t) const override { return {}; }
};

// The scenario that a configuration becomes, by way of its YAML.
inline Scenario scenario_of(const Keys& keys) {
  const std::string yaml = import_of(keys).yaml;
  auto parsed = parse_scenario(yaml, "a.yaml", AnyPackage{});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    ADD_FAILURE() << to_string(*errors) << yaml;
    return {};
  }
  return std::get<Scenario>(std::move(parsed));
}

// What is said to be not carried over, as text.
inline std::string notes_of(const Keys& keys) { return to_string(import_of(keys).not_carried_over, "a.cfg"); }

}  // namespace continuo::test
