#include "model/batch_shares.hh"

#include "model/waits.hh"

namespace continuo {

void share_batches(const Scenario& scenario, const ModelOptions& options, Flows& flows) {
  constexpr double drawn = 200;  // of those that the mean size of a batch has to be drawn for: within a percent
  Waits waits{scenario, flows, options, drawn, {.before = 1, .messages = 1, .rows = 1}};
  std::vector<double> shares;
  for (const Source& source : flows.sources) {
    for (const Choice& choice : source.choices) {
      const bool batches = scenario.services[source.service].batch.most > 1 && choice.share > 0.0 && choice.closed_waits == no_waits;
      shares.push_back(batches ? waits.in_batches(source, choice).value_or(choice.fullest) : choice.in_batches);
    }
  }
  auto share = shares.begin();
  for (Source& source : flows.sources) {
    for (Choice& choice : source.choices) choice.in_batches = *share++;
  }
}

}  // namespace continuo
