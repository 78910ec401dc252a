// One byte that says which, then the fields in order: numbers as 4 bytes in the machine's own order, texts with their length
// before them. Both ends are of the same build on the same machine.
#include "emulate/init/protocol.hh"

#include <cstring>

namespace continuo::init {

namespace {

class Writer {
 public:
  explicit Writer(std::size_t kind) : bytes_(1, static_cast<char>(kind)) {}
  void operator()(std::uint32_t number) { bytes_.append(reinterpret_cast<const char*>(&number), sizeof number); }
  void operator()(std::int32_t number) { (*this)(static_cast<std::uint32_t>(number)); }
  void operator()(bool yes) { (*this)(std::uint32_t{yes}); }
  void operator()(const NetworkSettings& network);
  void operator()(const std::string& text) {
    (*this)(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
  }
  template <typename Item>
  void operator()(const std::vector<Item>& items) {
    (*this)(static_cast<std::uint32_t>(items.size()));
    for (const auto& item : items) {
      (*this)(item);
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {}
  void operator()(std::uint32_t& number) {
    if (rest_.size() < sizeof number) {
      good_ = false;
      return;
    }
    std::memcpy(&number, rest_.data(), sizeof number);
    rest_.remove_prefix(sizeof number);
  }
  void operator()(std::int32_t& number) {
    std::uint32_t value = 0;
    (*this)(value);
    number = static_cast<std::int32_t>(value);
  }
  void operator()(bool& yes) {
    std::uint32_t value = 0;
    (*this)(value);
    yes = value != 0;
  }
  void operator()(NetworkSettings& network);
  void operator()(std::string& text) {
    std::uint32_t size = 0;
    (*this)(size);
    if (size > rest_.size()) {
      good_ = false;
      return;
    }
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  template <typename Item>
  void operator()(std::vector<Item>& items) {
    std::uint32_t count = 0;
    (*this)(count);
    for (std::uint32_t index = 0; index < count && good_; ++index) {
      (*this)(items.emplace_back());
    }
  }
  bool complete() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

void each_setting(auto& network, auto& visit) {
  visit(network.congestion_control), visit(network.initial_window), visit(network.slow_start_after_idle);
  visit(network.receive_buffer_max), visit(network.send_buffer_max), visit(network.mtu);
}
void Writer::operator()(const NetworkSettings& network) { each_setting(network, *this); }
void Reader::operator()(NetworkSettings& network) { each_setting(network, *this); }

void each_field(auto& message, auto&& visit) {
  using Kind = std::remove_cvref_t<decltype(message)>;
  if constexpr (std::is_same_v<Kind, Configure>) {
    visit(message.host_name), visit(message.address), visit(message.prefix_length), visit(message.hosts),
        visit(message.network), visit(message.device), visit(message.cores);
  } else if constexpr (std::is_same_v<Kind, Ready>) {
    visit(message.network);
  } else if constexpr (std::is_same_v<Kind, Start>) {
    visit(message.arguments), visit(message.environment), visit(message.process_files);
  } else if constexpr (std::is_same_v<Kind, Signal>) {
    visit(message.pid), visit(message.number);
  } else if constexpr (std::is_same_v<Kind, Failed> || std::is_same_v<Kind, StartFailed>) {
    visit(message.text);
  } else if constexpr (std::is_same_v<Kind, Started>) {
    visit(message.pid);
  } else if constexpr (std::is_same_v<Kind, Exited>) {
    visit(message.pid), visit(message.status);
  }
}

template <std::size_t index = 0>
std::optional<Message> parse_as(std::size_t kind, std::string_view fields) {
  if constexpr (index == std::variant_size_v<Message>) {
    return std::nullopt;
  } else {
    if (kind != index) {
      return parse_as<index + 1>(kind, fields);
    }
    std::variant_alternative_t<index, Message> message;
    Reader reader{fields};
    each_field(message, reader);
    return reader.complete() ? std::optional<Message>{std::move(message)} : std::nullopt;
  }
}

}  // namespace

std::string serialise(const Message& message) {
  Writer writer{message.index()};
  std::visit([&](const auto& fields) { each_field(fields, writer); }, message);
  return writer.take();
}

std::optional<Message> parse(std::string_view bytes) {
  if (bytes.empty()) {
    return std::nullopt;
  }
  return parse_as(static_cast<unsigned char>(bytes[0]), bytes.substr(1));
}

}  // namespace continuo::init
