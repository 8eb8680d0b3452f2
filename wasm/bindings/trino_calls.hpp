#pragma once

#include "call.hpp"
#include "kept.hpp"
#include "trino_json.hpp"

#include <datasource/model/query.hpp>
#include <datasource/operation/trino_query.hpp>
#include <datasource/operation/trino_statement.hpp>
#include <datasource/protocol/trino/info.hpp>
#include <datasource/protocol/trino/statement.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace datasource::wasm {

/// A statement on a Trino, as one result (TrinoQuery) or page by page (TrinoStatement). A step after a reply also has
/// its numbers, `"stats"`, and an error the place of the fault, `"location"`.
template <class Op>
class TrinoOperation final : public Operation {
 public:
  /// @param begun The session that the statement starts with.
  TrinoOperation(Op operation, TrinoSession begun) : operation_{std::move(operation)}, begun_{std::move(begun)} {
    operation_.watch([this](const TrinoPage& page) { stats_ = page.stats; });
  }

  std::string start() override { return told(operation_.start()); }
  std::string resume(Event event) override { return told(operation_.resume(std::move(event))); }
  std::unique_ptr<Operation> closing() override {
    if constexpr (paged) return make_closing(operation_.closing());
    return nullptr;
  }

 private:
  using Value = typename Op::value_type;
  static constexpr bool paged = std::is_same_v<Op, TrinoStatement>;

  const TrinoStatement& statement() const {
    if constexpr (paged) {
      return operation_;
    } else {
      return operation_.statement();
    }
  }

  std::string told(Step<Value>&& step) {
    const auto* done = std::get_if<Done<Value>>(&step);
    if (done != nullptr && !done->result) return trino_error_text(done->result.error(), statement().location());
    if (const auto* unpack = std::get_if<Unpack>(&step)) return unpack_text(*unpack);
    std::string text = step_text(std::move(step), [this](Value&& value) -> Result<JsonText> {
      detail::OrderedJson json = hand_over(std::move(value.rows));
      if constexpr (paged) {
        json["more"] = !operation_.finished();
      } else {
        add_trino_outcome(json, value);
        if (statement().session() != begun_) json["session"] = trino_session_json(statement().session());
      }
      return JsonText{detail::dump(json)};
    });
    if (stats_) text.insert(1, "\"stats\":" + detail::dump(trino_stats_json(*stats_)) + ',');
    stats_.reset();
    return text;
  }

  Op operation_;
  TrinoSession begun_;
  std::optional<TrinoStats> stats_;
};

/// A statement of `{"text", "parameters"?, "session", "results"}`.
template <class Op>
Started trino_statement(const Call& call) {
  const auto query = read_query(call.arguments);
  if (!query) return std::make_unique<FailedOperation>(query.error());
  auto session = read_trino_session(call["session"]);
  if (!session) return std::make_unique<FailedOperation>(session.error());
  auto results = read_trino_results(call["results"]);
  if (!results) return std::make_unique<FailedOperation>(results.error());
  Op operation{TrinoStatement{protocol::trino_statement_text(query->text, query->parameters), *session, *results}};
  operation.address(call.session.base, call.session.headers);
  operation.share(call.session.budget);
  return std::make_unique<TrinoOperation<Op>>(std::move(operation), std::move(*session));
}

/// The operations by the names that JavaScript calls them.
inline constexpr std::array named_operations{
    NamedOperation{"version",
                   [](const Call& call) {
                     return call.run(Exchange{protocol::trino_info_request(), &protocol::read_trino_version}, &as_text);
                   }},
    NamedOperation{"query", &trino_statement<TrinoQuery>},
    NamedOperation{"pages", &trino_statement<TrinoStatement>},
};

/// Makes an operation of a call, see begin_call.
inline Started read_call(const Result<Session>& session, std::string_view text) {
  return begin_call(named_operations, session, text);
}

}  // namespace datasource::wasm
