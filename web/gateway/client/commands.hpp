#pragma once

#include <functional>
#include <memory>
#include <optional>

namespace CLI {
class App;
}

namespace datasource::gateway {

/// The commands that talk to a gateway: `sources`, `sql`, `connectors`, `health` and `completion`.
class ClientCommands {
 public:
  explicit ClientCommands(CLI::App& program);
  ~ClientCommands();
  ClientCommands(const ClientCommands&) = delete;
  ClientCommands& operator=(const ClientCommands&) = delete;

  /// Runs the command that was on the line and gives its exit code; nothing when it was none of these.
  [[nodiscard]] std::optional<int> run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace datasource::gateway
