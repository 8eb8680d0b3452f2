// One program for all targets, since all of them read the same headers: which one it is, its name says.
#include "fuzz.hpp"

#include <string_view>
#include <utility>

namespace {

constexpr std::pair<std::string_view, int (*)(const std::uint8_t*, std::size_t)> targets[] = {
    {"decode_fuzz", fuzz::decode},
    {"service_fuzz", fuzz::service},
    {"url_fuzz", fuzz::url},
    {"validate_fuzz", fuzz::validate},
};

int (*chosen)(const std::uint8_t*, std::size_t) = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** argv) {
  const std::string_view path = (*argv)[0];
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (const auto& [each, target] : targets) {
    if (each == name) chosen = target;
  }
  if (chosen != nullptr) return 0;
  std::fprintf(stderr, "no fuzz target is called %s\n", (*argv)[0]);
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { return chosen(data, size); }
