// An INI file, as Continuum's reader (Python's configparser) takes it, with the place of every key and value.
//
// Sections in brackets, `key = value` or `key: value`, comments on lines of their own that begin with # or ;. Keys do not
// depend on the case of their letters. What configparser allows beyond that and no configuration of Continuum needs (values
// over several lines, interpolation) is refused with a reason.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/fields.hh"
#include "scenario/yaml_tree.hh"

namespace continuo {

struct IniEntry {
  std::string section;
  YamlNode key;    // a scalar, as it is written
  YamlNode value;  // a scalar, without the spaces around it; may be empty
};

struct IniSection {
  YamlNode name;
};

struct IniFile {
  std::vector<IniSection> sections;
  std::vector<IniEntry> entries;  // in the order of the file
};

struct IniLimits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t lines = 10'000;
  std::size_t line_length = 4096;
};

// What can be read; everything else is told.
IniFile parse_ini(std::string_view text, Problems& problems, const IniLimits& limits = {});

// As configparser compares keys.
std::string lower_case(std::string_view text);

}  // namespace continuo
