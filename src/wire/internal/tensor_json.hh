// The `data` of a tensor in JSON: flat or nested as the shape says, with every element checked against the datatype.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "wire/internal/json_writer.hh"
#include "wire/tensor.hh"

namespace continuo {

// Fills tensor.data from `value`; name, datatype and shape are set and valid. Returns what is wrong, if something is.
std::optional<std::string> read_tensor_data(Tensor& tensor, const boost::json::value& value);

// Why JSON cannot carry this tensor's data; nothing: it can.
std::optional<std::string> not_for_json(const Tensor& tensor);
// Writes the data as a flat array. Only for tensors that JSON can carry.
void write_tensor_data(JsonWriter& json, const Tensor& tensor);

}  // namespace continuo
