// Writes the reply that decode_bench decodes as compact.json and pretty.json into a folder, for the benchmarks in
// JavaScript.

#include "reply.hpp"

#include <fstream>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_replies FOLDER\n";
    return 2;
  }
  for (const bool pretty : {false, true}) {
    std::ofstream file{std::string{argv[1]} + (pretty ? "/pretty.json" : "/compact.json"), std::ios::binary};
    if (!(file << bench::reply(pretty) << std::flush)) {
      std::cerr << "write_replies: cannot write to " << argv[1] << '\n';
      return 1;
    }
  }
}
