// The hot path, compiled for speed where all the rest is compiled to be small. These functions stand in exports.cpp
// too, as inline functions do; the linker keeps the first, so this file is named before that one.

#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/columnar/row_stream.hpp>

namespace {

[[gnu::used]] const auto rows = &datasource::read_jdbc;
[[gnu::used]] const auto page = &datasource::read_jdbc_page;
[[gnu::used]] const auto advance = &datasource::RowStream::advance;
[[gnu::used]] const auto finish = &datasource::RowStream::finish;

}  // namespace
