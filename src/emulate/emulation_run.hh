// One run of the emulation: the steps, and what is remembered between them. Used by emulation.cc alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulate/accounting.hh"
#include "emulate/control/control_server.hh"
#include "emulate/control/run_folder.hh"
#include "emulate/delivery.hh"
#include "emulate/disturbance.hh"
#include "emulate/emulation.hh"
#include "emulate/event_schedule.hh"
#include "emulate/host_watch.hh"
#include "emulate/infrastructure.hh"
#include "emulate/operating.hh"
#include "emulate/process_watch.hh"
#include "emulate/program_runs.hh"
#include "emulate/readiness.hh"

namespace continuo {

class EmulationRun final : public ProcessListener {
 public:
  EmulationRun(const Scenario& scenario, const EmulateOptions& options, const Clock& clock);

  // The steps, in this order. Each throws EmulationStopped when asked to stop.
  void start_nodes();
  void start_operating();
  void wait_for_placement();
  void probe_cpu_shares();
  void run_load();
  EmulationResult finish();
  // Instead of the last three: until it is asked to stop.
  [[noreturn]] void stay_up();

  void line(NodeIndex node, ProcessRole role, const std::string& text) override;
  void ended(NodeIndex node, ProcessRole role, int status, const std::string& last_words) override;
  void program_ended(std::size_t program, int status, const std::string& output) override;

 private:
  using Phase = EmulationProgress::Phase;

  std::vector<DeliveryCheck> measure_cpu_shares(Duration time);
  void take_commands();
  void enter(Phase phase);
  void tell(std::string text, std::optional<NodeEvent> event = std::nullopt);
  void step(Duration deadline);
  void start(NodeIndex node, ProcessRole role, std::vector<std::string> arguments, const std::string& log,
             std::size_t program = 0);
  void start_node(NodeIndex node);
  void start_again(NodeIndex node);
  void start_operating(const OperatingPlan& plan);
  bool end_was_wanted(NodeIndex node);
  void take_record(const std::string& text);
  void start_load();
  InfrastructureOptions infrastructure_options();
  void begin_load();
  bool load_goes_on(Duration now) const;
  Duration next_moment() const;
  std::optional<std::string> apply(const Action& action, const std::string& text);
  void apply_due_events();
  void run_programs();
  ControlAnswer answer(const ControlRequest& request);
  ControlAnswer enter_node(const std::string& name) const;
  ControlReply act(const std::string& line);
  std::string status() const;
  std::vector<Duration> cpu_used() const;
  void watch_host();
  void judge(Evaluation& evaluation) const;

  const Scenario& scenario_;
  const EmulateOptions& options_;
  const Clock& clock_;
  const Duration started_at_;
  std::filesystem::path init_program_;
  Phase phase_ = Phase::starting;

  std::string why_unbounded_;  // empty: CPU quotas and memory limits hold
  Infrastructure infrastructure_;
  ProcessWatch processes_;
  Disturbance disturbance_;
  ReadinessWatch readiness_;
  std::string node_failure_;  // of a node that ended before the load began

  std::size_t operating_up_ = 0;
  RequestLedger requests_;
  RunObservations run_;
  EventSchedule events_left_;
  ProgramRuns programs_;
  Duration load_end_{};  // when the last answer is due
  bool load_begun_ = false;
  std::vector<Duration> cpu_before_;
  HostWatch host_watch_;
  ProcessTable processes_before_;
  Duration last_told_{};
  std::uint64_t scheduled_ = 0;  // requests; 0: not known
  std::optional<Duration> first_answer_;
  std::optional<Duration> up_;
  std::vector<std::string> load_failures_;  // of generators that did not send what they should
  std::vector<DeliveryCheck> cpu_checks_;
  // Gone before the nodes are: who comes then finds no run.
  std::optional<RunFolder> folder_;
  std::optional<ControlServer> control_;
  std::vector<TimelineEvent> events_;
  std::vector<std::string> notes_;
};

}  // namespace continuo
