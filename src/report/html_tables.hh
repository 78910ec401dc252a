// The tables of the HTML report; empty where there is nothing to say.
#pragma once

#include <span>
#include <string>

#include "result/evaluation.hh"

namespace continuo {

std::string html_latency_table(std::span<const Evaluation> evaluations);
std::string html_served_table(std::span<const Evaluation> evaluations);
std::string html_resource_table(std::span<const Evaluation> evaluations);
std::string html_energy_table(std::span<const Evaluation> evaluations);
std::string html_inequality_table(std::span<const Evaluation> evaluations);
std::string html_delivery_table(std::span<const Evaluation> evaluations);
std::string html_traffic_table(std::span<const Evaluation> evaluations);

}  // namespace continuo
