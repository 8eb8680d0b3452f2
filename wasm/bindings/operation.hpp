#pragma once

#include "step_json.hpp"

#include <datasource/operation/exchange.hpp>

#include <memory>
#include <string>
#include <utility>

namespace datasource::wasm {

/// An operation of any value type, its steps as JSON text.
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  virtual std::string start() = 0;
  virtual std::string resume(Event event) = 0;

  /// The body of the reply that is arriving. JavaScript writes into it as the network delivers.
  std::string body;
};

template <class T>
class OperationOf final : public Operation {
 public:
  explicit OperationOf(Exchange<T> exchange) : exchange_{std::move(exchange)} {}

  std::string start() override { return step_text(exchange_.start()); }
  std::string resume(Event event) override { return step_text(exchange_.resume(std::move(event))); }

 private:
  Exchange<T> exchange_;
};

/// Addressed and ready to start.
template <class T>
std::unique_ptr<Operation> make_operation(Exchange<T> exchange, const std::string& base, const Headers& headers) {
  exchange.address(base, headers);
  return std::make_unique<OperationOf<T>>(std::move(exchange));
}

/// An operation whose only step is an error.
inline std::unique_ptr<Operation> make_failed(Error error) {
  return std::make_unique<OperationOf<std::string>>(Exchange<std::string>{fail(std::move(error)), nullptr});
}

}  // namespace datasource::wasm
