// From which load on nothing is left of a resource.
#pragma once

namespace continuo {

// Demand has to be less than capacity, as in the inequalities of SPEC-RG: at exactly its capacity a resource never comes to rest, and any
// disturbance stays. Loads are known to rounding, of rates and of times in whole nanoseconds; users of closed loops fill a resource to a millionth.
inline constexpr double full_load = 1 - 1e-9;

}  // namespace continuo
