#pragma once

#include <string>
#include <string_view>

namespace datasource {

enum class Language { sql, ppl };

constexpr std::string_view to_string(Language language) { return language == Language::sql ? "sql" : "ppl"; }

/// A statement to run.
struct Query {
  Language language = Language::sql;
  std::string text = {};
};

}  // namespace datasource
