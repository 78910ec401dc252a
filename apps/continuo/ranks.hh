// The processes that `mpirun` started together, on one machine or several.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ContinuoMpiModule;

namespace continuo {

class Ranks {
 public:
  // Nothing: this process was started alone. Throws std::runtime_error if MPI is missing, or not made for threads.
  static std::unique_ptr<Ranks> joined();
  ~Ranks();  // waits for the others
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  int rank() const { return rank_; }  // from 0
  int size() const { return size_; }
  // Threads may call both at once, each with a tag of its own.
  void send(int rank, int tag, std::string_view message) const;
  std::string receive(int rank, int tag) const;

 private:
  explicit Ranks(const ContinuoMpiModule& mpi);

  const ContinuoMpiModule& mpi_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace continuo
