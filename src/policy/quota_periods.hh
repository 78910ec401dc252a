// What a CPU quota does to requests that are shorter than many of its periods.
//
// Linux gives a control group its quota at the beginning of each period, and what a running thread has been given it keeps (CFS bandwidth
// control since Linux 5.4, Documentation/scheduler/sched-bwc.rst). So a request that comes alone, a time phi after a period began,
// finds that period's quota q P unspent, gets as much again at each beginning, and ends within the quota of the last: of w seconds of CPU time
//
//     T(phi) = w + max(0, k (1 - q) P - phi),   k = ceil(w / (q P)) - 1
//
// with phi as likely anywhere in [0, P). That is P (1 - q / 2) less than w / q in the mean, where w is much longer than q P. One that follows
// another at once has no such luck: it takes w / q. Measured on Linux 6.18 at quotas of 0.2 to 0.8 and 8 to 23 ms of CPU time: within 1.9 ms,
// mostly less, and shorter where k has just grown, since a thread is stopped only at a tick of the scheduler.
#pragma once

namespace continuo {

// Of the control groups that nodes run in (docs/emulation.md). [s]
constexpr double quota_period = 0.005;

// Seconds, of a request that needs `work` core-seconds, alone on `cpu` cores: the mean over phi; their standard deviation over phi.
struct AloneTime {
  double mean = 0.0;
  double sd = 0.0;
};
AloneTime alone_on_quota(double work, double cpu);

// The same where the work varies, normally, with a standard deviation of `sd` core-seconds.
AloneTime alone_on_quota(double work, double sd, double cpu);

// Core-seconds that a request needs in the mean, varying by `sd` of them, that takes `alone` seconds in the mean. A tenth of a period's quota is
// taken for a smaller sd: k would jump.
struct Work {
  double mean = 0.0;
  double sd = 0.0;
};
Work work_of_alone(double alone, double sd, double cpu);

}  // namespace continuo
