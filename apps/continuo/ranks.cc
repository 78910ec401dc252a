#include "ranks.hh"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

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

}  // namespace

std::unique_ptr<Ranks> Ranks::joined() {
  if (std::ranges::none_of(launched, [](const char* name) { return std::getenv(name) != nullptr; })) return nullptr;
  return std::unique_ptr<Ranks>{new Ranks{module_here()}};
}

Ranks::Ranks(const ContinuoMpiModule& mpi) : mpi_{mpi} {
  if (mpi_.begin(&rank_, &size_)) return;
  mpi_.end();
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
