#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace datasource {

/// What stands before and behind a text to make it a constant of a type: `DATE` and nothing, `TO_DATE(` and
/// `, 'YYYY-MM-DD')`.
struct SqlLiteral {
  std::string_view before = {};  ///< SQL; as it is.
  std::string_view after = {};   ///< SQL; as it is.
};

/// How the SQL of a system differs from that of others, as data. A dialect is a constant; what is made with it is
/// injection-proof only as far as the dialect is right about quotes and escapes.
struct SqlDialect {
  /// How a quote, and what escapes, is written inside of quotes.
  enum class Escape {
    doubled,    ///< The closing quote twice; nothing else is special.
    backslash,  ///< Backslash escapes, those of C: quote, backslash, and control characters as `\n` and `\u0001`.
    doubled_backslash,  ///< The closing quote twice and the backslash twice.
  };
  /// Where the number of rows stands.
  enum class Limit {
    limit,  ///< `… LIMIT 5`
    top,    ///< `SELECT TOP (5) …`
  };

  std::string_view name_open = "\"";      ///< Before an identifier.
  std::string_view name_close = "\"";     ///< Behind it; one character.
  Escape name_escape = Escape::doubled;   ///< Inside of it.
  std::string_view text_open = "'";       ///< Before a text: `'` or `N'`. It ends with `'`.
  Escape text_escape = Escape::doubled;   ///< Inside of it.
  bool joins_lines = false;               ///< A backslash before a line break vanishes in a text, as in T-SQL.
  std::string_view true_text = "TRUE";    ///< The constant.
  std::string_view false_text = "FALSE";  ///< The constant.
  Limit limit = Limit::limit;             ///< Where the number of rows stands.
  std::string_view starts_with = {};      ///< A function of text and prefix; empty: LIKE with an escape.
  std::string_view like_specials = "%_";  ///< What LIKE reads as a pattern, besides the escape.
  std::string_view is_nan = {};           ///< A function; empty where NaN is the greatest number or there is none.
  char time_separator = ' ';              ///< Between date and time of day.
};

/// How the values of a column are written and compared by a system.
enum class SqlCompare : std::uint8_t {
  nothing,      ///< Only IS NULL is understood.
  boolean,      ///< By the dialect's two constants.
  number,       ///< Integers and decimals by their digits; exact.
  real,         ///< Binary floating point.
  text,         ///< By code point, as the engine does; exact.
  folded_text,  ///< By a collation that may hold different texts for equal, and orders them in a way of its own.
  date,         ///< By calendar day.
  time,         ///< By time of day.
  timestamp,    ///< By point in time or by wall clock; what is read is microseconds.
};

/// A column as a system's SQL has it.
struct SqlColumn {
  std::string name = {};                     ///< Unquoted.
  SqlCompare compare = SqlCompare::nothing;  ///< What may be asked of it.
  SqlLiteral literal = {};                   ///< Around a constant that it is compared with.
  bool finer = false;                        ///< Of times and timestamps: whether it may hold parts of a microsecond.
};

/// GoogleSQL, the language of BigQuery. Source: "Lexical structure and syntax in GoogleSQL".
inline constexpr SqlDialect google_sql{.name_open = "`",
                                       .name_close = "`",
                                       .name_escape = SqlDialect::Escape::backslash,
                                       .text_escape = SqlDialect::Escape::backslash,
                                       .starts_with = "STARTS_WITH",
                                       .is_nan = "IS_NAN"};

/// Snowflake's. NaN is its greatest number. Source: "String & binary data types", "Numeric data types".
inline constexpr SqlDialect snowflake_sql{.text_escape = SqlDialect::Escape::doubled_backslash,
                                          .starts_with = "STARTSWITH"};

/// Transact-SQL. Source: "Constants", "Backslash (Line continuation)", "LIKE".
inline constexpr SqlDialect transact_sql{.name_open = "[",
                                         .name_close = "]",
                                         .text_open = "N'",
                                         .joins_lines = true,
                                         .true_text = "1",
                                         .false_text = "0",
                                         .limit = SqlDialect::Limit::top,
                                         .like_specials = "%_[",
                                         .time_separator = 'T'};

/// DataFusion's, the language of InfluxDB 3.
inline constexpr SqlDialect datafusion_sql{.starts_with = "starts_with"};

}  // namespace datasource
