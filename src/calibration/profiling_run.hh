// How a profile is measured: a scenario of one node that sends itself the package's sample, now and then, and what its run tells.
#pragma once

#include <string>
#include <variant>

#include "calibration/service_profiles.hh"
#include "result/evaluation.hh"
#include "scenario/service_package.hh"

namespace continuo {

struct ProfilingRun {
  int cores = 1;
  double quota = 1.0;
  int batch = 1;  // requests run at once
};

inline constexpr int profiling_requests = 30;

// As YAML, with the package's folder, which has to be absolute, and the sample as `input`, a file's name beside the scenario. Requests are so far apart, four
// times the stated service time and at least 150 ms, that none waits for another; where batches are measured, the last of each is so far from
// the last of the next, and it runs when it is whole. The node is said to have the variant's runtime only.
std::string profiling_scenario(const ServicePackage& package, const Variant& variant, const ProfilingRun& run, const std::string& input);

// The service stage of that scenario's emulation; or why it says nothing: an invalid run, no answer, another variant served.
std::variant<ServiceProfile, std::string> profile_of(const Evaluation& evaluation, const ServicePackage& package, const Variant& variant,
                                                     const ProfilingRun& run);

}  // namespace continuo
