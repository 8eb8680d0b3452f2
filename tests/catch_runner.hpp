#pragma once

/// Runs the program's tests as Catch2's own main does, which is compiled once for all programs; gives the exit code.
int run_tests(int argc, char** argv);
