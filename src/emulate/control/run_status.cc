#include "emulate/control/run_status.hh"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace continuo {

namespace {

namespace json = boost::json;

constexpr std::size_t keys_size = 200;  // more than "cut", "nodes" and the two counts take with their punctuation

// As many of the first as fit. Returns the bytes that they take.
template <typename Item, typename ToJson>
std::size_t add(json::object& to, const char* key, const std::vector<Item>& items, std::size_t room, ToJson to_json) {
  json::array array;
  std::size_t size = 0;
  for (const Item& item : items) {
    json::value value = to_json(item);
    const std::size_t with_comma = json::serialize(value).size() + 1;
    if (size + with_comma > room) {
      to[std::string{key} + "_left_out"] = items.size() - array.size();
      break;
    }
    size += with_comma;
    array.push_back(std::move(value));
  }
  to[key] = std::move(array);
  return size;
}

}  // namespace

std::string render(const RunStatus& status, std::size_t size_max) {
  json::object object{{"scenario", status.scenario},   {"phase", status.phase},         {"up_s", to_seconds(status.up)},
                      {"scheduled", status.scheduled}, {"completed", status.completed}, {"failed", status.failed}};
  if (status.load) {
    object["load_s"] = to_seconds(*status.load);
  }
  const std::size_t taken = json::serialize(object).size() + keys_size;
  const std::size_t room = size_max > taken ? size_max - taken : 0;
  const std::size_t cut_size = add(object, "cut", status.cut, room / 2, [](const auto& pair) {
    return json::array{json::string{pair.first}, json::string{pair.second}};
  });
  add(object, "nodes", status.nodes, room - cut_size, [](const RunStatus::Node& node) {
    return json::object{{"name", node.name}, {"address", node.address}, {"state", node.state}, {"quota", node.quota}};
  });
  return json::serialize(object);
}

}  // namespace continuo
