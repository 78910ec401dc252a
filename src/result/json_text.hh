// JSON for people: indented, small containers on one line, numbers as people write them (15, not 1.5E1).
#pragma once

#include <string>

#include <boost/json/fwd.hpp>

namespace continuo {

// Ends without a line feed. Numbers keep 12 significant digits, which survive being read back by parsers that are not exact
// in the last bit (Boost.JSON 1.81 is not). A number that is not finite becomes null: JSON has no other word for it.
std::string to_text(const boost::json::value& value);

}  // namespace continuo
