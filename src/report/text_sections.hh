// The parts of the text report, each a heading and a table; empty where there is nothing to say.
#pragma once

#include <span>
#include <string>

#include "report/text.hh"

namespace continuo {

std::string text_headline(std::span<const Evaluation> evaluations, const TextOptions& options);
std::string text_services(std::span<const Evaluation> evaluations, const TextOptions& options);
std::string text_stages(std::span<const Evaluation> evaluations, const TextOptions& options);
std::string text_served_by(std::span<const Evaluation> evaluations, const TextOptions& options);
std::string text_resources(std::span<const Evaluation> evaluations, const TextOptions& options);
std::string text_energy(std::span<const Evaluation> evaluations, const TextOptions& options);
std::string text_inequalities(const Evaluation& evaluation, const TextOptions& options);
std::string text_delivery(const Evaluation& evaluation, const TextOptions& options);
// Links that dropped, doubled or corrupted packets.
std::string text_dropped(const Evaluation& evaluation, const TextOptions& options);
std::string text_events(const Evaluation& evaluation, const TextOptions& options);
std::string text_programs(const Evaluation& evaluation, const TextOptions& options);
std::string text_notes(std::span<const Evaluation> evaluations, const TextOptions& options);

}  // namespace continuo
