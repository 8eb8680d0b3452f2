#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace datasource::detail {

/// Sixteen bytes of JSON text looked at together: SSE2 and WebAssembly SIMD where the compiler has them, two words
/// elsewhere. The functions answer with the index of the first byte that matters, or 16 when none does.
class Bytes16 {
 public:
  static constexpr int size = 16;

#if defined(__SSE2__)
  /// Loads from any address. @pre 16 bytes are readable
  explicit Bytes16(const char* from) : value_{_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))} {}
  void store(char* to) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), value_); }

  /// The first quote, backslash or control character: where plain text inside a string ends.
  [[nodiscard]] int first_special() const {
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(value_, _mm_set1_epi8(0x1f)), value_);
    return first(_mm_or_si128(controls, _mm_or_si128(equal('"'), equal('\\'))));
  }

  /// The first byte that is no JSON white space.
  [[nodiscard]] int first_visible() const {
    const __m128i spaces = _mm_or_si128(_mm_or_si128(equal(' '), equal('\n')), _mm_or_si128(equal('\r'), equal('\t')));
    return std::countr_zero(~static_cast<std::uint32_t>(_mm_movemask_epi8(spaces)) | 0x10000U);
  }

  [[nodiscard]] bool ascii() const { return _mm_movemask_epi8(value_) == 0; }

 private:
  [[nodiscard]] __m128i equal(char c) const { return _mm_cmpeq_epi8(value_, _mm_set1_epi8(c)); }
  static int first(__m128i found) {
    return std::countr_zero(static_cast<std::uint32_t>(_mm_movemask_epi8(found)) | 0x10000U);
  }

  __m128i value_;

#elif defined(__wasm_simd128__)
  explicit Bytes16(const char* from) : value_{wasm_v128_load(from)} {}
  void store(char* to) const { wasm_v128_store(to, value_); }
  [[nodiscard]] int first_special() const {
    const v128_t controls = wasm_u8x16_le(value_, wasm_i8x16_splat(0x1f));
    return first(wasm_v128_or(controls, wasm_v128_or(equal('"'), equal('\\'))));
  }
  [[nodiscard]] int first_visible() const {
    return first(
        wasm_v128_not(wasm_v128_or(wasm_v128_or(equal(' '), equal('\n')), wasm_v128_or(equal('\r'), equal('\t')))));
  }
  [[nodiscard]] bool ascii() const { return wasm_i8x16_bitmask(value_) == 0; }

 private:
  [[nodiscard]] v128_t equal(char c) const { return wasm_i8x16_eq(value_, wasm_i8x16_splat(c)); }
  static int first(v128_t found) {
    return std::countr_zero(static_cast<std::uint32_t>(wasm_i8x16_bitmask(found)) | 0x10000U);
  }

  v128_t value_;

#else
  explicit Bytes16(const char* from) { std::memcpy(words_, from, size); }
  void store(char* to) const { std::memcpy(to, words_, size); }
  [[nodiscard]] int first_special() const {
    return first(
        [](std::uint64_t word) { return below(word, 0x20) | zero(word ^ ones * '"') | zero(word ^ ones * '\\'); });
  }
  [[nodiscard]] int first_visible() const {
    for (int i = 0; i < size; ++i) {
      const char c = reinterpret_cast<const char*>(words_)[i];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return i;
    }
    return size;
  }
  [[nodiscard]] bool ascii() const { return ((words_[0] | words_[1]) & highs) == 0; }

 private:
  static constexpr std::uint64_t ones = 0x0101010101010101ULL;
  static constexpr std::uint64_t highs = 0x8080808080808080ULL;
  // A borrow can mark bytes above the first match, never one below it: on a little-endian machine the first is right.
  static constexpr std::uint64_t zero(std::uint64_t word) { return (word - ones) & ~word & highs; }
  static constexpr std::uint64_t below(std::uint64_t word, std::uint64_t bound) {
    return (word - ones * bound) & ~word & highs;
  }

  template <class Find>
  [[nodiscard]] int first(Find find) const {
    static_assert(std::endian::native == std::endian::little, "this fallback reads bytes in little-endian order");
    for (int i = 0; i < 2; ++i) {
      if (const std::uint64_t found = find(words_[i]); found != 0) return i * 8 + std::countr_zero(found) / 8;
    }
    return size;
  }

  std::uint64_t words_[2];
#endif
};

}  // namespace datasource::detail
