#include <fast_float/fast_float.h>

#include <cstdlib>
#include <cstring>
#include <new>

// Without exceptions the C++ library's operator new gives a null pointer when memory is out, and address 0 is writable
// in WebAssembly. A trap instead reaches JavaScript as an error and corrupts nothing.

void* operator new(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) __builtin_trap();
  return memory;
}

void* operator new[](std::size_t size) { return operator new(size); }

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

template <class Number>
Number read_number(const char* text, char** end) {
  Number value = 0;
  const auto [stop, problem] = fast_float::from_chars(text, text + std::strlen(text), value);
  if (end != nullptr) *end = const_cast<char*>(stop);
  return value;
}

}  // namespace

// The C library's own read numbers by way of 128-bit floats in software, which are a twentieth of the module.
// fast_float is there for the columns. Callers give plain numbers: nlohmann's lexer, which has checked them. The three
// stand together, since the C library has them in one file.

extern "C" float strtof(const char* text, char** end) { return read_number<float>(text, end); }
extern "C" double strtod(const char* text, char** end) { return read_number<double>(text, end); }
extern "C" long double strtold(const char* text, char** end) { return read_number<double>(text, end); }
