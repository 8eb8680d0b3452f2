#pragma once

namespace datasource {

#ifdef DATASOURCE_WITHOUT_ENGINES

/// Takes the place of what only an engine reads: what it is given is not kept.
struct NotKept {
  /// Empty.
  constexpr NotKept() = default;
  /// Empty too.
  template <class T>
  constexpr NotKept(const T&) {}  // NOLINT(google-explicit-constructor): it stands where the value would
};

/// What only an engine reads of the catalogue: left out of a program that is built without engines, by the macro
/// `DATASOURCE_WITHOUT_ENGINES`, so that nobody loads it who cannot use it.
template <class T>
using EngineOnly = NotKept;

#else

/// What only an engine reads of the catalogue: left out of a program that is built without engines, by the macro
/// `DATASOURCE_WITHOUT_ENGINES`, so that nobody loads it who cannot use it.
template <class T>
using EngineOnly = T;

#endif

}  // namespace datasource
