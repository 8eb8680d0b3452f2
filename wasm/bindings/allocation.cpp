#include <fast_float/fast_float.h>

#include <cstdarg>
#include <cstddef>
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

// The C library's can do all that printf does, in 3 KB. The JSON library asks for one thing: a character's number in
// four hexadecimal digits, `%04x` or `%.4X`.
extern "C" int snprintf(char* out, std::size_t size, const char* format, ...) {
  std::size_t length = 0;
  const auto put = [&](char c) {
    if (length + 1 < size) out[length] = c;
    ++length;
  };
  std::va_list values;
  va_start(values, format);
  for (; *format != '\0'; ++format) {
    if (*format != '%') {
      put(*format);
      continue;
    }
    format += 3;
    const char last = *format;
    if (format[-1] != '4' || (last != 'x' && last != 'X')) __builtin_trap();
    const unsigned value = va_arg(values, unsigned);
    for (int shift = 12; shift >= 0; shift -= 4)
      put((last == 'x' ? "0123456789abcdef" : "0123456789ABCDEF")[value >> shift & 15]);
  }
  va_end(values);
  if (size > 0) out[length < size ? length : size - 1] = '\0';
  return static_cast<int>(length);
}
