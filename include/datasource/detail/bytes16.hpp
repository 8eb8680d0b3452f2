#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

// DATASOURCE_PORTABLE asks for the words, so that they can be tested where the compiler has better.
#if defined(__SSE2__) && !defined(DATASOURCE_PORTABLE)
#include <emmintrin.h>
#define DATASOURCE_SSE2
#elif defined(__wasm_simd128__) && !defined(DATASOURCE_PORTABLE)
#include <wasm_simd128.h>
#define DATASOURCE_WASM_SIMD
#endif

namespace datasource::detail {

/// Sixteen bytes of JSON text looked at together: SSE2 and WebAssembly SIMD where the compiler has them, two words
/// elsewhere. The masks have bit `i` set for byte `i`.
class Bytes16 {
 public:
  static constexpr int size = 16;

  /// The first quote, backslash or control character, where plain text inside a string ends; 16 when there is none.
  [[nodiscard]] int first_special() const { return std::countr_zero(specials() | 0x10000U); }

  /// The first byte that is no JSON white space; 16 when there is none.
  [[nodiscard]] int first_visible() const { return std::countr_zero(~spaces() | 0x10000U); }

  [[nodiscard]] bool ascii() const { return highs() == 0; }

#if defined(DATASOURCE_SSE2)
  /// Loads from any address. @pre 16 bytes are readable
  explicit Bytes16(const char* from) : value_{_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))} {}
  void store(char* to) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), value_); }

  /// Quotes, backslashes and control characters. Right up to the first of them; bits above it may be wrong.
  [[nodiscard]] std::uint32_t specials() const {
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(value_, _mm_set1_epi8(0x1f)), value_);
    return mask(_mm_or_si128(controls, _mm_or_si128(equal('"'), equal('\\'))));
  }
  [[nodiscard]] std::uint32_t spaces() const {
    return mask(_mm_or_si128(_mm_or_si128(equal(' '), equal('\n')), _mm_or_si128(equal('\r'), equal('\t'))));
  }
  /// Bytes that are not ASCII.
  [[nodiscard]] std::uint32_t highs() const { return mask(value_); }

 private:
  [[nodiscard]] __m128i equal(char c) const { return _mm_cmpeq_epi8(value_, _mm_set1_epi8(c)); }
  static std::uint32_t mask(__m128i found) { return static_cast<std::uint32_t>(_mm_movemask_epi8(found)); }

  __m128i value_;

#elif defined(DATASOURCE_WASM_SIMD)
  explicit Bytes16(const char* from) : value_{wasm_v128_load(from)} {}
  void store(char* to) const { wasm_v128_store(to, value_); }
  [[nodiscard]] std::uint32_t specials() const {
    const v128_t controls = wasm_u8x16_le(value_, wasm_i8x16_splat(0x1f));
    return mask(wasm_v128_or(controls, wasm_v128_or(equal('"'), equal('\\'))));
  }
  [[nodiscard]] std::uint32_t spaces() const {
    return mask(wasm_v128_or(wasm_v128_or(equal(' '), equal('\n')), wasm_v128_or(equal('\r'), equal('\t'))));
  }
  [[nodiscard]] std::uint32_t highs() const { return mask(value_); }

 private:
  [[nodiscard]] v128_t equal(char c) const { return wasm_i8x16_eq(value_, wasm_i8x16_splat(c)); }
  static std::uint32_t mask(v128_t found) { return static_cast<std::uint32_t>(wasm_i8x16_bitmask(found)); }

  v128_t value_;

#else
  explicit Bytes16(const char* from) { std::memcpy(words_, from, size); }
  void store(char* to) const { std::memcpy(to, words_, size); }
  [[nodiscard]] std::uint32_t specials() const {
    return mask([](std::uint64_t word) {
      return ((word - ones * 0x20) & ~word) | zero(word ^ ones * '"') | zero(word ^ ones * '\\');
    });
  }
  [[nodiscard]] std::uint32_t spaces() const {
    std::uint32_t found = 0;
    for (int i = 0; i < size; ++i) {
      const char c = reinterpret_cast<const char*>(words_)[i];
      if (c == ' ' || c == '\n' || c == '\r' || c == '\t') found |= 1U << i;
    }
    return found;
  }
  [[nodiscard]] std::uint32_t highs() const {
    return mask([](std::uint64_t word) { return word; });
  }

 private:
  static_assert(std::endian::native == std::endian::little, "words are taken for bytes in little-endian order");
  static constexpr std::uint64_t ones = 0x0101010101010101ULL;
  // A borrow can mark bytes above the first match, never one below it.
  static constexpr std::uint64_t zero(std::uint64_t word) { return (word - ones) & ~word; }

  /// Gathers the highest bit of every byte.
  template <class Find>
  [[nodiscard]] std::uint32_t mask(Find find) const {
    const auto gather = [](std::uint64_t word) {
      return static_cast<std::uint32_t>((word >> 7 & ones) * 0x0102040810204080ULL >> 56);
    };
    return gather(find(words_[0])) | gather(find(words_[1])) << 8;
  }

  std::uint64_t words_[2];
#endif
};

/// As Bytes16, twice as many. Two of those: one register of AVX2 instead was no faster in the decoder.
class Bytes32 {
 public:
  static constexpr int size = 32;

  explicit Bytes32(const char* from) : low_{from}, high_{from + Bytes16::size} {}
  void store(char* to) const {
    low_.store(to);
    high_.store(to + Bytes16::size);
  }
  [[nodiscard]] std::uint32_t specials() const { return low_.specials() | high_.specials() << Bytes16::size; }
  [[nodiscard]] std::uint32_t highs() const { return low_.highs() | high_.highs() << Bytes16::size; }

 private:
  Bytes16 low_;
  Bytes16 high_;
};

}  // namespace datasource::detail

#undef DATASOURCE_SSE2
#undef DATASOURCE_WASM_SIMD
