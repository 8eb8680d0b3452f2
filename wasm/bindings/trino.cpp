// The module of Trino's client protocol.

#include "interface.hpp"
#include "trino_calls.hpp"

/// What the bytes unpacked to that the last step named is the body that has arrived.
DS_EXPORT(ds_unpacked) void ds_unpacked(wasm::Operation* operation) {
  text() = operation->resume(Unpacked{std::exchange(operation->body, {})});
}
