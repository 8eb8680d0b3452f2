// The module of the Data Source API: what each module has, the catalogue with its rules, and rows as they come.

#include "api_calls.hpp"
#include "interface.hpp"

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/validation.hpp>
#include <datasource/protocol/opensearch/catalogue_json.hpp>

/// Gives the catalogue: an array of connectors.
DS_EXPORT(ds_catalogue) void ds_catalogue() { text() = detail::dump(catalogue_json()); }

/// Gives all violations of a data source: what is wrong with its shape, or else with its values.
DS_EXPORT(ds_validate) void ds_validate(const char* json, std::size_t size) {
  auto source = detail::parse_json({json, size}, "the data source").and_then(read_data_source);
  if (source) {
    text() = detail::dump(wasm::violations_json(validate(*source)));
  } else if (source.error().violations.empty()) {
    text() = detail::dump(wasm::violations_json({{"body", "malformed", source.error().message, "give a data source"}}));
  } else {
    text() = detail::dump(wasm::violations_json(source.error().violations));
  }
}

/// Decodes the rows of a statement that have come with the body; gives how many there are. For a body of status 2xx.
DS_EXPORT(ds_rows) std::size_t ds_rows(wasm::Operation* operation) {
  RowStream* const rows = operation->rows();
  return rows == nullptr ? 0 : rows->advance(operation->body);
}
/// Gives where those rows lie until the operation is told more.
DS_EXPORT(ds_rows_layout) void ds_rows_layout(wasm::Operation* operation) {
  text() = detail::dump(wasm::layout_json(*operation->rows()));
}
/// Gives those rows as a result, of an operation that ended without one.
DS_EXPORT(ds_rows_take) void ds_rows_take(wasm::Operation* operation) {
  text() = detail::dump(wasm::hand_over(operation->rows()->take()));
}
