#pragma once

#include "result_json.hpp"

#include <datasource/client/operations.hpp>
#include <datasource/detail/json.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datasource::wasm {

inline detail::OrderedJson violations_json(const std::vector<Violation>& violations) {
  detail::OrderedJson json = detail::OrderedJson::array();
  for (const Violation& violation : violations) {
    json.push_back(
        {{"field", violation.field}, {"code", violation.code}, {"message", violation.message}, {"fix", violation.fix}});
  }
  return json;
}

inline detail::OrderedJson error_json(const Error& error) {
  return {{"kind", to_string(error.kind)},
          {"message", error.message},
          {"status", error.status},
          {"type", error.type},
          {"field", error.field},
          {"retryable", error.retryable},
          {"violations", violations_json(error.violations)}};
}

// What each operation's value is in JavaScript, as JSON text.

inline std::string value_text(std::string json) { return json; }
inline std::string value_text(const DataSource& source) {
  return detail::dump(datasource::to_json(source, Secrets::mask));
}
inline std::string value_text(const Acknowledgement& acknowledgement) {
  return detail::dump(datasource::to_json(acknowledgement));
}
inline std::string value_text(const TestReport& report) { return detail::dump(datasource::to_json(report)); }
inline std::string value_text(ResultSet&& result) { return detail::dump(hand_over(std::move(result))); }
inline std::string value_text(const std::vector<DataSource>& sources) {
  detail::OrderedJson json = detail::OrderedJson::array();
  for (const DataSource& source : sources) json.push_back(datasource::to_json(source, Secrets::mask));
  return detail::dump(json);
}

/// `{"send": {"method", "url", "headers": [[name, value]], "body"}}`, `{"wait": milliseconds}`, `{"done": value}` or
/// `{"error": …}`.
template <class T>
std::string step_text(Step<T>&& step) {
  if (auto* done = std::get_if<Done<T>>(&step)) {
    if (!done->result) return detail::dump(detail::OrderedJson{{"error", error_json(done->result.error())}});
    return "{\"done\":" + value_text(std::move(*done->result)) + '}';
  }
  if (const auto* wait = std::get_if<Wait>(&step)) return "{\"wait\":" + std::to_string(wait->duration.count()) + '}';
  const HttpRequest& request = std::get<Send>(step).request;
  return detail::dump(detail::OrderedJson{{"send",
                                           {{"method", request.method},
                                            {"url", request.base + request.target},
                                            {"headers", request.headers},
                                            {"body", request.body}}}});
}

}  // namespace datasource::wasm
