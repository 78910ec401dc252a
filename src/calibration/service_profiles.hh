// Service times that a host has measured, kept for predictions. docs/profiles.md describes them and their file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "units/time.hh"

namespace continuo {

// Of one variant on a node with so many cores at such a quota: the time that a worker held one request.
struct ServiceProfile {
  std::string package;
  std::string digest;  // SHA-256 of the package's manifest, which names the model files by theirs
  std::string variant;
  std::string runtime;
  int cores = 1;
  double quota = 1.0;  // share of each core, (0, 1]
  int batch = 1;       // requests taken together
  Duration mean{};
  Duration sd{};
  Duration p50{};
  Duration p95{};
  std::uint64_t samples = 0;

  double cpu() const { return cores * quota; }  // core-seconds a second
  bool operator==(const ServiceProfile&) const = default;
};

// What service times depend on beside the profile's own key. Two hosts that are equal in this are taken to be equally fast.
struct ProfiledHost {
  std::string cpu;  // model, as the kernel calls it
  int cores = 1;
  std::string architecture;

  bool operator==(const ProfiledHost&) const = default;
};

struct ServiceProfiles {
  ProfiledHost host;
  std::string commit;  // of the program that measured last
  std::string made;    // when, for people
  std::vector<ServiceProfile> profiles;

  bool operator==(const ServiceProfiles&) const = default;
};

// Whether both say the same thing of the same content at the same share of a CPU: a file holds one of them.
bool same_key(const ServiceProfile& one, const ServiceProfile& other);

// Replaces the one of the same key, or adds it. The order is that of the keys, so that the same profiles make the same file.
void keep(ServiceProfiles& profiles, ServiceProfile profile);

// "AMD EPYC 7B13, 2 cores, x86_64"
std::string to_string(const ProfiledHost& host);

}  // namespace continuo
