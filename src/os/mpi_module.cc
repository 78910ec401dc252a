#include "os/mpi_module.hh"

#include <mpi.h>

#include <chrono>
#include <thread>
#include <vector>

namespace {

bool begin(int* rank, int* size) {
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, size);
  return provided == MPI_THREAD_MULTIPLE;
}

void send(int rank, int tag, const char* data, std::size_t size) {
  MPI_Send(data, static_cast<int>(size), MPI_BYTE, rank, tag, MPI_COMM_WORLD);
}

// MPI_Recv would spin, and take a core from the points.
void receive(int rank, int tag, void (*take)(void*, const char*, std::size_t), void* into) {
  constexpr auto look_again = std::chrono::microseconds{200};
  int there = 0;
  MPI_Status status;
  while (MPI_Iprobe(rank, tag, MPI_COMM_WORLD, &there, &status), there == 0) std::this_thread::sleep_for(look_again);
  int size = 0;
  MPI_Get_count(&status, MPI_BYTE, &size);
  std::vector<char> data(static_cast<std::size_t>(size));
  MPI_Recv(data.data(), size, MPI_BYTE, rank, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  take(into, data.data(), data.size());
}

void end() { MPI_Finalize(); }

constexpr ContinuoMpiModule module{begin, send, receive, end};

}  // namespace

const ContinuoMpiModule* continuo_mpi() { return &module; }
