#include "ranks.hh"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "os/mpi_module.hh"
#include "node/runtime/shared_library.hh"

namespace continuo {
namespace {

// What launchers tell their processes: Open MPI, then those that speak PMI (MPICH, Slurm).
constexpr std::array launched{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};

const ContinuoMpiModule& module_here() {
  const auto file = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "continuo_mpi.so";
  try {
    return *SharedLibrary{file}.function<const ContinuoMpiModule*()>("continuo_mpi")();
  } catch (const std::exception& missing) {
    throw std::runtime_error(fmt::format("started by mpirun, but there is no MPI: {}\n  scripts/setup installs Open MPI, and ./continuo builds with it then",
                                         missing.what()));
  }
}

// Whether a launcher has told this process that there are so many. One inside the job of another adds its own to what that one told.
bool told(std::string_view processes) {
  return std::ranges::any_of(launched, [&](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && value == processes;
  });
}

}  // namespace

std::unique_ptr<Ranks> Ranks::joined() {
  if (std::ranges::none_of(launched, [](const char* name) { return std::getenv(name) != nullptr; })) return nullptr;
  return std::unique_ptr<Ranks>{new Ranks{module_here()}};
}

Ranks::Ranks(const ContinuoMpiModule& mpi) : mpi_{mpi} {
  const bool for_threads = mpi_.begin(&rank_, &size_);
  const bool all_here = told(std::to_string(size_));
  if (for_threads && all_here) return;
  if (size_ == 1) mpi_.end();  // it would wait for the others; mpirun ends them when this one ends
  if (!all_here) {
    throw std::runtime_error(fmt::format("started among several processes, but its MPI finds {}: the launcher is of another MPI\n"
                                         "  use the mpirun of the MPI that continuo was built with (Open MPI, if scripts/setup installed it)",
                                         size_));
  }
  throw std::runtime_error("this MPI is not made for several threads (MPI_THREAD_MULTIPLE)\n  Open MPI of Debian is");
}

Ranks::~Ranks() { mpi_.end(); }

void Ranks::send(int rank, int tag, std::string_view message) const { mpi_.send(rank, tag, message.data(), message.size()); }

std::string Ranks::receive(int rank, int tag) const {
  std::string message;
  const auto take = [](void* into, const char* data, std::size_t size) { static_cast<std::string*>(into)->assign(data, size); };
  mpi_.receive(rank, tag, take, &message);
  return message;
}

}  // namespace continuo
