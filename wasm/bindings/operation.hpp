#pragma once

#include "session.hpp"
#include "step_json.hpp"

#include <datasource/columnar/row_stream.hpp>
#include <datasource/operation/exchange.hpp>
#include <datasource/operation/step.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace datasource::wasm {

/// An operation of any kind, its steps as JSON text.
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  virtual std::string start() = 0;
  virtual std::string resume(Event event) = 0;
  /// What gives back what this operation holds open on the server, once; null for one that holds nothing.
  virtual std::unique_ptr<Operation> closing() { return nullptr; }
  /// What decodes the reply's rows while they come; null where the value is no rows.
  virtual RowStream* rows() { return nullptr; }

  /// The body of the reply that is arriving. JavaScript writes into it as the network delivers.
  std::string body;
};

/// An operation's value as it is.
struct AsItIs {
  template <class T>
  Result<T> operator()(T&& value) const {
    return std::move(value);
  }
};

template <class Op, class Then>
class OperationOf final : public Operation {
 public:
  OperationOf(Op&& operation, Then&& then) : operation_{std::move(operation)}, then_{std::move(then)} {}

  std::string start() override { return step_text(operation_.start(), then_); }
  std::string resume(Event event) override { return step_text(operation_.resume(std::move(event)), then_); }
  std::unique_ptr<Operation> closing() override;

 private:
  Op operation_;
  Then then_;
};

/// An exchange whose value nobody asks for.
inline std::unique_ptr<Operation> make_closing(std::optional<Exchange<bool>> exchange) {
  if (!exchange) return nullptr;
  const auto nothing = [](bool) -> Result<JsonText> { return JsonText{"null"}; };
  return std::make_unique<OperationOf<Exchange<bool>, decltype(nothing)>>(std::move(*exchange), std::move(nothing));
}

template <class Op, class Then>
std::unique_ptr<Operation> OperationOf<Op, Then>::closing() {
  if constexpr (requires(Op & operation) { operation.closing(); }) return make_closing(operation_.closing());
  return nullptr;
}

/// A statement whose rows may be decoded while they come. It is sent once: a POST is not repeated.
class RowsOperation final : public Operation {
 public:
  explicit RowsOperation(Exchange<ResultSet>&& exchange) : exchange_{std::move(exchange)} {}

  std::string start() override { return step_text(exchange_.start(), AsItIs{}); }
  std::string resume(Event event) override {
    if (const auto* reply = std::get_if<HttpResponse>(&event); reply != nullptr && rows_.row_count() > 0)
      return step_text(exchange_.resume(*reply, rows_.finish(reply->body)), AsItIs{});
    return step_text(exchange_.resume(std::move(event)), AsItIs{});
  }
  RowStream* rows() override { return &rows_; }

 private:
  Exchange<ResultSet> exchange_;
  RowStream rows_;
};

/// Addressed and ready to start.
template <class Op, class Then = AsItIs>
std::unique_ptr<Operation> make_operation(const Session& session, Op operation, Then then = {}) {
  operation.address(session.base, session.headers);
  operation.share(session.budget);
  return std::make_unique<OperationOf<Op, Then>>(std::move(operation), std::move(then));
}

inline std::unique_ptr<Operation> make_rows_operation(const Session& session, Exchange<ResultSet> exchange) {
  exchange.address(session.base, session.headers);
  exchange.share(session.budget);
  return std::make_unique<RowsOperation>(std::move(exchange));
}

/// An operation whose only step is an error.
class FailedOperation final : public Operation {
 public:
  explicit FailedOperation(Error error) : error_{std::move(error)} {}

  std::string start() override { return error_text(error_); }
  std::string resume(Event) override { return error_text(error_); }

 private:
  Error error_;
};

}  // namespace datasource::wasm
