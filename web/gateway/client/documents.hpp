#pragma once

#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace datasource::gateway {

/// The data sources of a YAML or JSON text: one, a list of them, or several YAML documents, each in the API's form.
/// `${NAME}` in a text stands for the environment variable, so that a file need hold no password. Errors: `invalid`,
/// naming the line or the variable.
[[nodiscard]] Result<std::vector<DataSource>> read_documents(const std::string& text);

/// The same of a file; `-` is standard input.
[[nodiscard]] Result<std::vector<DataSource>> read_documents_of(const std::string& path);

/// A whole file; `-` is standard input.
[[nodiscard]] Result<std::string> read_text(const std::string& path);

}  // namespace datasource::gateway
