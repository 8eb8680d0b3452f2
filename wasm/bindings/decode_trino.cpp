// As decode.cpp, for the module of Trino's client protocol.

#include <datasource/protocol/trino/rows.hpp>

namespace {

[[gnu::used]] const auto take = &datasource::protocol::detail::take_trino_rows;
[[gnu::used]] const auto read = &datasource::protocol::read_trino_rows;

}  // namespace
