// A protocol buffer walker for the signature of an ONNX model.
#include "node/runtime/onnx_signature.hh"

#include <algorithm>
#include <set>
#include <string>

namespace continuo {

namespace {

constexpr std::size_t tensors_max = 1024;
constexpr std::size_t dimensions_max = 32;

struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;              // of a varint
  std::span<const std::byte> content;   // of a length-delimited field
};

std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Goes through the fields of one message. After the last call of next(), failed() says whether the bytes were sound.
class Message {
 public:
  explicit Message(std::span<const std::byte> bytes) : rest_{bytes} {}

  std::optional<Field> next() {
    if (rest_.empty() || failed_) {
      return std::nullopt;
    }
    const std::uint64_t key = varint();
    Field field{key >> 3, 0, {}};
    switch (key & 7) {
      case 0: field.value = varint(); break;
      case 1: field.content = take(8); break;
      case 2: field.content = take(varint()); break;
      case 5: field.content = take(4); break;
      default: failed_ = true;
    }
    return failed_ ? std::nullopt : std::optional{field};
  }
  bool failed() const { return failed_; }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) {
        break;
      }
      const auto byte = std::to_integer<std::uint64_t>(rest_.front());
      rest_ = rest_.subspan(1);
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) {
        return value;
      }
    }
    failed_ = true;
    return 0;
  }
  std::span<const std::byte> take(std::uint64_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const auto taken = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return taken;
  }

  std::span<const std::byte> rest_;
  bool failed_ = false;
};

// The content of the first field of that number; empty if there is none.
std::span<const std::byte> find(std::span<const std::byte> bytes, std::uint64_t number) {
  Message message{bytes};
  while (const auto field = message.next()) {
    if (field->number == number) {
      return field->content;
    }
  }
  return {};
}

// TensorProto.DataType
std::optional<Datatype> datatype_of(std::uint64_t type) {
  switch (type) {
    case 1: return Datatype::fp32;
    case 2: return Datatype::uint8;
    case 3: return Datatype::int8;
    case 4: return Datatype::uint16;
    case 5: return Datatype::int16;
    case 6: return Datatype::int32;
    case 7: return Datatype::int64;
    case 8: return Datatype::bytes;
    case 9: return Datatype::boolean;
    case 10: return Datatype::fp16;
    case 11: return Datatype::fp64;
    case 12: return Datatype::uint32;
    case 13: return Datatype::uint64;
    case 16: return Datatype::bf16;
    default: return std::nullopt;
  }
}

// TensorShapeProto.dim = 1; Dimension: dim_value = 1, dim_param = 2
std::vector<std::int64_t> read_shape(std::span<const std::byte> bytes) {
  std::vector<std::int64_t> shape;
  Message dimensions{bytes};
  while (const auto dimension = dimensions.next()) {
    if (dimension->number != 1 || shape.size() == dimensions_max) {
      continue;
    }
    std::int64_t size = -1;
    Message parts{dimension->content};
    while (const auto part = parts.next()) {
      if (part->number == 1 && part->value > 0 && part->value < (std::uint64_t{1} << 62)) {
        size = static_cast<std::int64_t>(part->value);
      }
    }
    shape.push_back(size);
  }
  return shape;
}

// ValueInfoProto: name = 1, type = 2; TypeProto.tensor_type = 1; Tensor: elem_type = 1, shape = 2
std::optional<LoadedModel::TensorInfo> read_tensor(std::span<const std::byte> bytes) {
  Message parts{find(find(bytes, 2), 1)};
  std::optional<Datatype> datatype;
  std::vector<std::int64_t> shape;
  while (const auto part = parts.next()) {
    if (part->number == 1) {
      datatype = datatype_of(part->value);
    } else if (part->number == 2) {
      shape = read_shape(part->content);
    }
  }
  if (!datatype) {
    return std::nullopt;
  }
  return LoadedModel::TensorInfo{text(find(bytes, 1)), *datatype, std::move(shape)};
}

}  // namespace

std::optional<OnnxSignature> read_onnx_signature(std::span<const std::byte> model) {
  OnnxSignature signature;
  std::set<std::string> initialised;
  Message graph{find(model, 7)};  // ModelProto.graph
  while (const auto field = graph.next()) {
    if (field->number == 5) {  // GraphProto.initializer; TensorProto.name = 8
      initialised.insert(text(find(field->content, 8)));
    } else if (field->number == 11 || field->number == 12) {  // GraphProto.input, GraphProto.output
      auto& list = field->number == 11 ? signature.inputs : signature.outputs;
      auto tensor = read_tensor(field->content);
      if (!tensor || list.size() == tensors_max) {
        return std::nullopt;
      }
      list.push_back(std::move(*tensor));
    }
  }
  std::erase_if(signature.inputs, [&](const auto& input) { return initialised.contains(input.name); });
  if (graph.failed() || signature.inputs.empty() || signature.outputs.empty()) {
    return std::nullopt;
  }
  return signature;
}

}  // namespace continuo
