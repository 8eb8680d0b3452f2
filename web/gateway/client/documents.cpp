#include "client/documents.hpp"

#include <datasource/detail/json.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

namespace datasource::gateway {
namespace {

using detail::Json;

Error misread(std::string message) { return {.kind = ErrorKind::invalid, .message = std::move(message)}; }

/// `${NAME}` becomes the variable's value; `$${` stands for `${`.
Result<std::string> expand(const std::string& text) {
  std::string expanded;
  for (std::size_t at = 0; at < text.size();) {
    const bool escaped = text.compare(at, 3, "$${") == 0;
    if (escaped || text.compare(at, 2, "${") != 0) {
      expanded += escaped ? "${" : text.substr(at, 1);
      at += escaped ? 3 : 1;
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string::npos) return fail(misread("\"${\" is not closed by \"}\"; write $${ for the text itself"));
    const std::string name = text.substr(at + 2, end - at - 2);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return fail(misread("the environment variable " + name + " is not set"));
    expanded += value;
    at = end + 1;
  }
  return expanded;
}

template <class T>
std::optional<T> as(const YAML::Node& node) {
  T value{};
  return YAML::convert<T>::decode(node, value) ? std::optional{value} : std::nullopt;
}

/// A scalar by YAML's core schema. What stands in quotes is text.
Result<Json> scalar(const YAML::Node& node) {
  if (node.Tag() == "!") return expand(node.Scalar()).map([](std::string text) { return Json(std::move(text)); });
  const std::string& text = node.Scalar();
  if (text == "true" || text == "True" || text == "TRUE") return Json(true);
  if (text == "false" || text == "False" || text == "FALSE") return Json(false);
  if (!text.empty() && (detail::is_digit(text.back()) || text.back() == '.')) {
    if (const auto whole = as<std::int64_t>(node); whole && text.find_first_of("xXoO") == std::string::npos)
      return Json(*whole);
    if (const auto number = as<double>(node)) return Json(*number);
  }
  return expand(text).map([](std::string expanded) { return Json(std::move(expanded)); });
}

Result<Json> to_json(const YAML::Node& node, int depth) {
  if (depth > detail::max_json_depth) return fail(misread("it nests too deeply"));
  switch (node.Type()) {
    case YAML::NodeType::Scalar: return scalar(node);
    case YAML::NodeType::Sequence: {
      Json list = Json::array();
      for (const YAML::Node& each : node) {
        auto value = to_json(each, depth + 1);
        if (!value) return value;
        list.push_back(std::move(*value));
      }
      return list;
    }
    case YAML::NodeType::Map: {
      Json object = Json::object();
      for (const auto& member : node) {
        auto value = to_json(member.second, depth + 1);
        if (!value) return value;
        object[member.first.Scalar()] = std::move(*value);
      }
      return object;
    }
    default: return Json(nullptr);
  }
}

Result<void> read_into(const Json& json, std::vector<DataSource>& sources) {
  if (json.is_array()) {
    for (const Json& each : json) {
      if (auto read = read_into(each, sources); !read) return read;
    }
    return {};
  }
  auto source = read_data_source(json);
  if (!source) return fail(source.error());
  sources.push_back(std::move(*source));
  return {};
}

}  // namespace

Result<std::vector<DataSource>> read_documents(const std::string& text) {
  std::vector<DataSource> sources;
  try {  // JSON is YAML
    for (const YAML::Node& document : YAML::LoadAll(text)) {
      if (document.IsNull()) continue;
      const auto json = to_json(document, 0);
      if (!json) return fail(json.error());
      if (auto read = read_into(*json, sources); !read) return fail(read.error());
    }
  } catch (const YAML::Exception& error) {
    return fail(misread("it is neither YAML nor JSON: line " + std::to_string(error.mark.line + 1) + ": " + error.msg));
  }
  if (sources.empty()) return fail(misread("it holds no data source"));
  return sources;
}

Result<std::vector<DataSource>> read_documents_of(const std::string& path) {
  return read_text(path)
      .and_then([](const std::string& text) { return read_documents(text); })
      .map_error([&](Error error) {
        if (error.violations.empty()) error.message = (path == "-" ? "standard input" : path) + ": " + error.message;
        return error;
      });
}

Result<std::string> read_text(const std::string& path) {
  if (path == "-") return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail(misread(std::strerror(errno)));
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace datasource::gateway
