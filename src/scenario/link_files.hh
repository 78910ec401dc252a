// The traces and tables of delays that links refer to, each read once. Internal to scenario/.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "scenario/capacity_trace.hh"
#include "scenario/delay_table.hh"
#include "scenario/fields.hh"
#include "scenario/files.hh"

namespace continuo {

class LinkFiles {
 public:
  // Paths are relative to `folder`.
  LinkFiles(const Files& files, std::filesystem::path folder) : files_{files}, folder_{std::move(folder)} {}

  // Nothing: it was told what is wrong with the file, once. Naming a file again gives the same object.
  std::shared_ptr<const CapacityTrace> trace(const YamlNode& path, const std::string& what, Problems& problems);
  std::shared_ptr<const DelayTable> table(const YamlNode& path, const std::string& what, Problems& problems);

 private:
  template <class Content, class Parse>
  std::shared_ptr<const Content> read(std::map<std::string, std::shared_ptr<const Content>>& known, const YamlNode& path,
                                      const std::string& what, Parse parse, Problems& problems);

  const Files& files_;
  std::filesystem::path folder_;
  std::map<std::string, std::shared_ptr<const CapacityTrace>> traces_;
  std::map<std::string, std::shared_ptr<const DelayTable>> tables_;
};

}  // namespace continuo
