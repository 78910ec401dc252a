// Runs of one scenario with several seeds: taken together, and how well they know its figures.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "result/evaluation.hh"

namespace continuo {

// The first has the scenario's own seed, so that one replication is the plain run; the others derive theirs from it.
Seed replication_seed(Seed scenario_seed, std::size_t replication);

// t such that a variable of Student's distribution lies within +-t with probability `confidence`, in (0, 1); at least one degree of
// freedom.
double student_t(double confidence, std::size_t degrees_of_freedom);

// One Evaluation of all, which are of one scenario and fidelity and at least one. Requests, durations and energies add up and
// histograms merge; loads are means; events and time line are the first one's. The half widths are those of 95 % confidence intervals,
// t s / sqrt(n) over the replications (Law, Simulation Modeling and Analysis, 5th ed., section 9.4.1): replications are independent, requests of one are not.
Evaluation merge_replications(std::span<const Evaluation> replications);

// Of one service: requests add up, histograms merge, and the share that met the SLO is of all that were generated.
void merge(const ServiceResult& more, ServiceResult& sum);

// The largest, over the services that had requests, of the half width of the mean over the mean. Nothing: not known yet, since fewer than
// two replications completed requests of each.
std::optional<double> relative_half_width(std::span<const Evaluation> replications);

}  // namespace continuo
