// The hub's loop: looks at the living nodes, reconciles, and orders what is missing by the protocol's model repository.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "hub/reconcile.hh"
#include "os/clock.hh"
#include "os/http_client.hh"

namespace continuo {

class Hub {
 public:
  struct Surroundings {
    std::function<std::vector<Capability>()> capabilities;       // of the living nodes, the hub's own among them
    std::function<void(HttpCall, HttpClient::Done)> send;        // HttpClient::send, or a test's
    std::function<void(const std::string& line)> placed;         // each line of a placement that is new
    std::function<void()> complete;                              // each time that the placement becomes complete
  };

  // `id`: of the node that this hub runs in, which has every package of the scenario. The clock outlives it.
  Hub(Scenario scenario, std::string id, const Clock& clock, Surroundings surroundings, HubOptions options = {});

  // Looks each 100 ms from now on. The io_context outlives this object.
  void start(boost::asio::io_context& context);
  void tick();

 private:
  void wait();
  void order(const HubAction& action);
  void forget_fulfilled(std::span<const Capability> nodes);

  Scenario scenario_;
  std::string id_;
  const Clock& clock_;
  Surroundings surroundings_;
  HubOptions options_;
  Duration started_{};
  HubOrders orders_;
  std::set<std::string> told_;  // lines of the current placement
  bool complete_ = false;
  std::unique_ptr<boost::asio::steady_timer> timer_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // handlers in flight hold it weakly
};

}  // namespace continuo
