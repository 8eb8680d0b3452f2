#include "command/command_line.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  try {
    return datasource::gateway::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "datasource: %s\n", error.what());
    return 1;
  }
}
