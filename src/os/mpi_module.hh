// What continuo_mpi.so gives: the few calls of MPI that a sweep over several machines needs. A module of its own, so that the program neither
// needs nor loads MPI anywhere else.
#pragma once

#include <cstddef>

struct ContinuoMpiModule {
  // MPI_Init_thread. False: this MPI is not made for several threads.
  bool (*begin)(int* rank, int* size);
  // Threads may call both at once, each with a tag of its own. `receive` waits for the next message; `take` gets it once.
  void (*send)(int rank, int tag, const char* data, std::size_t size);
  void (*receive)(int rank, int tag, void (*take)(void* into, const char* data, std::size_t size), void* into);
  void (*end)();  // MPI_Finalize
};

extern "C" __attribute__((visibility("default"))) const ContinuoMpiModule* continuo_mpi();
