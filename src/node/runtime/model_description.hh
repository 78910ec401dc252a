// The JSON file that describes a built-in or profiled model.
#pragma once

#include <filesystem>

#include <boost/json/object.hpp>

#include "node/runtime/runtime.hh"

namespace continuo {

// All of these throw RuntimeError and name the file.
boost::json::object read_model_description(const std::filesystem::path& file);
std::string text_of(const boost::json::object& description, std::string_view key, const std::filesystem::path& file);
// A number of milliseconds in [0, one hour].
Duration milliseconds_of(const boost::json::object& description, std::string_view key,
                         const std::filesystem::path& file);
Datatype datatype_of(const boost::json::object& description, const std::filesystem::path& file);

}  // namespace continuo
