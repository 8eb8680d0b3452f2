#pragma once

namespace datasource::gateway {

/// The program `datasource`: reads the command line, does what it says and returns the exit code.
int run_command_line(int argc, char** argv);

}  // namespace datasource::gateway
