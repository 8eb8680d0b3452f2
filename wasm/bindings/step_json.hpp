#pragma once

#include "value_json.hpp"

#include <datasource/detail/json.hpp>
#include <datasource/model/error.hpp>
#include <datasource/operation/step.hpp>

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
inline std::string error_text(const Error& error) {
  return detail::dump(detail::OrderedJson{{"error", error_json(error)}});
}

inline std::string step_text(const Send& step) {
  return detail::dump(detail::OrderedJson{{"send",
                                           {{"method", step.request.method},
                                            {"url", step.request.base + step.request.target},
                                            {"headers", step.request.headers},
                                            {"body", step.request.body}}}});
}

inline std::string step_text(const Wait& step) {
  return "{\"wait\":" + std::to_string(step.duration.count()) + ",\"until\":\"" +
         (step.until == Wait::Until::retry ? "retry" : "poll") + "\"}";
}

/// `{"send": {"method", "url", "headers": [[name, value]], "body"}}`, `{"wait": milliseconds, "until": "retry" |
/// "poll"}`, `{"done": value}` or `{"error": …}`.
/// @param then Makes a Result of what JavaScript gets of an operation's value.
template <class T, class Then>
std::string step_text(Step<T>&& step, const Then& then) {
  if (const auto* send = std::get_if<Send>(&step)) return step_text(*send);
  if (const auto* wait = std::get_if<Wait>(&step)) return step_text(*wait);
  auto& result = std::get<Done<T>>(step).result;
  if (!result) return error_text(result.error());
  auto value = then(std::move(*result));
  if (!value) return error_text(value.error());
  return "{\"done\":" + value_text(std::move(*value)) + '}';
}

}  // namespace datasource::wasm
