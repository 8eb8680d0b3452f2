#include "engine/spawn.hpp"
#include "engine/worker_loop.hpp"
#include "fake_engine.hpp"

#include <catch_runner.hpp>
#include <spdlog/spdlog.h>

#include <string_view>

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view{argv[1]} == "engine") {
    datasource::gateway::confine_process();
    datasource::gateway::FakeEngine engine{argc > 2 ? argv[2] : "fake"};
    return datasource::gateway::serve_frames(datasource::gateway::child_socket, engine,
                                             [&engine] { engine.interrupt(); });
  }
  spdlog::set_level(spdlog::level::off);
  return run_tests(argc, argv);
}
