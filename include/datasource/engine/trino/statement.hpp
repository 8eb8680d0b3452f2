#pragma once

#include <datasource/connector/validation.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/engine/trino/lexer.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::trino {

/// A name in a statement whose first part is a data source.
struct SourceName {
  std::string source = {};  ///< As written, unquoted.
  std::string schema = {};  ///< Empty in `source.table`.
  std::string table = {};   ///< Empty for a table function.
  std::size_t begin = 0;    ///< Where it stands in the text, in bytes.
  std::size_t end = 0;      ///< Behind its last byte.
  bool function = false;    ///< `source.system.query`, the function for native text.
};

/// What a statement that may run reads.
struct StatementNames {
  std::vector<SourceName> tables = {};   ///< In order of appearance.
  std::vector<SourceName> columns = {};  ///< Prefixes of columns' names that spell a table out: `crm.public.customers`
                                         ///< of `crm.public.customers.name`.
  std::size_t parameters = 0;            ///< Number of `?`.

  /// The sources, as written, each once, in order of appearance; case does not matter.
  [[nodiscard]] std::vector<std::string> sources() const {
    std::vector<std::string> names;
    for (const SourceName& table : tables) {
      const auto same = [&](const std::string& name) { return datasource::detail::iequals(name, table.source); };
      if (std::none_of(names.begin(), names.end(), same)) names.push_back(table.source);
    }
    return names;
  }
};

namespace detail {

using datasource::detail::iequals;

/// Finds the tables of a statement without a parser of Trino's dialect. It knows where a table's name may stand,
/// refuses what it does not understand, and is not the last word: a name that it overlooked stays as it is, which then
/// means nothing to Trino or is seen in its plan (read_io_plan()).
class StatementScan {
 public:
  explicit StatementScan(std::vector<Token> tokens) : tokens_{std::move(tokens)} {}

  Result<StatementNames> run() {
    while (!tokens_.empty() && tokens_.back().is(';')) tokens_.pop_back();
    if (tokens_.empty()) return fail(parse_error("the statement is empty; send one SELECT"));
    if (auto error = first_word()) return fail(std::move(*error));
    find_common_tables();
    levels_.push_back({});
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      if (auto error = step()) return fail(std::move(*error));
    }
    if (levels_.size() != 1) return fail(parse_error("a bracket is not closed"));
    find_columns();
    return std::move(names_);
  }

 private:
  /// What a bracket holds.
  struct Level {
    bool from = false;       ///< Inside a FROM clause.
    bool relation = false;   ///< A table's name is next.
    bool no_clause = false;  ///< Arguments in which FROM is a word of the function: `extract(year FROM …)`.
  };

  [[nodiscard]] const Token* token(std::size_t at) const { return at < tokens_.size() ? &tokens_[at] : nullptr; }
  [[nodiscard]] bool is(std::size_t at, std::string_view word) const { return token(at) && token(at)->is(word); }
  [[nodiscard]] bool is(std::size_t at, char c) const { return token(at) && token(at)->is(c); }

  std::optional<Error> first_word() {
    std::size_t first = 0;
    while (is(first, '(')) ++first;
    constexpr std::string_view queries[] = {"SELECT", "WITH", "VALUES", "TABLE"};
    const Token* word = token(first);
    const bool query = word != nullptr && std::any_of(std::begin(queries), std::end(queries),
                                                      [&](std::string_view each) { return word->is(each); });
    if (query) return std::nullopt;
    if (word == nullptr || word->kind != Token::Kind::word) return parse_error("the statement is not a SELECT");
    return refusal("only one SELECT-like statement is allowed (SELECT, WITH, VALUES, TABLE), and this begins with " +
                   datasource::detail::to_upper(word->value));
  }

  /// Names of WITH: `name AS (` and `name (a, b) AS (` behind WITH, RECURSIVE or a comma.
  void find_common_tables() {
    for (std::size_t i = 1; i < tokens_.size(); ++i) {
      if (!tokens_[i].name()) continue;
      if (!is(i - 1, "WITH") && !is(i - 1, "RECURSIVE") && !is(i - 1, ',')) continue;
      std::size_t next = i + 1;
      if (is(next, '(')) {
        while (next < tokens_.size() && !is(next, ')')) ++next;
        ++next;
      }
      if (is(next, "AS") && is(next + 1, '(')) common_.push_back(tokens_[i].value);
    }
  }

  std::optional<Error> step() {
    const Token& here = tokens_[at_];
    Level& level = levels_.back();
    if (here.kind == Token::Kind::parameter) ++names_.parameters;
    if (here.is(';')) return refusal("only one statement is allowed; send them one by one");
    if (here.is('(')) return open();
    if (here.is(')')) {
      if (levels_.size() == 1) return parse_error("a bracket is closed that was not opened");
      levels_.pop_back();
      return std::nullopt;
    }
    if (here.is(',')) {
      level.relation = level.from;
      return std::nullopt;
    }
    if (here.kind == Token::Kind::symbol || !here.name()) return std::nullopt;
    if (level.relation) return relation();
    return word();
  }

  std::optional<Error> open() {
    Level& outer = levels_.back();
    Level inner;
    if (outer.relation) {
      // A query or a join in brackets.
      outer.relation = false;
      inner.from = inner.relation = !begins_query(at_ + 1);
    } else if (at_ > 0 && tokens_[at_ - 1].kind == Token::Kind::word) {
      constexpr std::string_view with_from[] = {"EXTRACT", "TRIM", "SUBSTRING", "OVERLAY", "POSITION"};
      inner.no_clause = std::any_of(std::begin(with_from), std::end(with_from),
                                    [&](std::string_view name) { return tokens_[at_ - 1].is(name); });
    }
    levels_.push_back(inner);
    return std::nullopt;
  }

  [[nodiscard]] bool begins_query(std::size_t at) const {
    while (is(at, '(')) ++at;
    return is(at, "SELECT") || is(at, "WITH") || is(at, "VALUES") || (is(at, "TABLE") && !is(at + 1, '('));
  }

  std::optional<Error> word() {
    const Token& here = tokens_[at_];
    Level& level = levels_.back();
    const bool part = at_ > 0 && is(at_ - 1, '.');  // `t.from` has no keyword in it
    if (here.kind == Token::Kind::word && !part) {
      if (here.is("FROM")) {
        if (level.no_clause || (at_ > 0 && is(at_ - 1, "DISTINCT"))) return std::nullopt;
        level.from = level.relation = true;
        return std::nullopt;
      }
      if (here.is("JOIN")) {
        level.from = level.relation = true;
        return std::nullopt;
      }
      if (here.is("TABLE")) {
        if (is(at_ + 1, '(')) return table_brackets();
        level.relation = true;
        return std::nullopt;
      }
      if (here.is("FUNCTION") && at_ > 0 && (is(at_ - 1, "WITH") || is(at_ - 1, ',')))
        return refusal("functions of one's own (WITH FUNCTION) are not allowed; write the expression where it is used");
      constexpr std::string_view ends[] = {"WHERE", "GROUP", "HAVING", "ORDER",     "LIMIT",  "OFFSET",
                                           "FETCH", "UNION", "EXCEPT", "INTERSECT", "SELECT", "WINDOW"};
      if (std::any_of(std::begin(ends), std::end(ends), [&](std::string_view end) { return here.is(end); })) {
        level.from = level.relation = false;
        return std::nullopt;
      }
      if (here.is("FOR") && (is(at_ + 1, "VERSION") || is(at_ + 1, "TIMESTAMP")) && is(at_ + 2, "AS"))
        return refusal("FOR VERSION and FOR TIMESTAMP are not allowed; read the table as it is");
    }
    return other_chain();
  }

  /// Takes `a.b.c` from here on; leaves `at_` on its last token.
  std::vector<const Token*> take_chain() {
    std::vector<const Token*> parts{&tokens_[at_]};
    while (is(at_ + 1, '.') && token(at_ + 2) != nullptr && tokens_[at_ + 2].name()) {
      at_ += 2;
      parts.push_back(&tokens_[at_]);
    }
    return parts;
  }

  /// A name that is no table's: a column, a function.
  std::optional<Error> other_chain() {
    const auto parts = take_chain();
    if (parts.size() > 1 && is(at_ + 1, '('))
      return refusal("the function " + written(parts) +
                     " is called through a catalog or schema, which is not allowed; call it by its bare name");
    if (parts.size() > 2) chains_.push_back(parts);
    return std::nullopt;
  }

  std::optional<Error> relation() {
    Level& level = levels_.back();
    const Token& here = tokens_[at_];
    if (here.is("LATERAL") || here.is("ONLY")) return std::nullopt;
    level.relation = false;
    if (here.is("TABLE") && is(at_ + 1, '(')) return table_brackets();
    if ((here.is("UNNEST") || here.is("JSON_TABLE")) && is(at_ + 1, '(')) return std::nullopt;
    // `FROM TABLE t` and the like do not exist; these begin a query where brackets were taken for a join.
    if (here.is("SELECT") || here.is("VALUES") || here.is("WITH")) return word();
    const auto parts = take_chain();
    if (is(at_ + 1, '('))
      return refusal("the table function " + written(parts) + " is called as no other is; write TABLE(" +
                     written(parts) + "(…))");
    if (parts.size() == 1) {
      const auto same = [&](const std::string& name) { return iequals(name, parts[0]->value); };
      if (std::any_of(common_.begin(), common_.end(), same)) return std::nullopt;
      return refusal("\"" + parts[0]->value +
                     "\" does not say which data source it is in; write source.table or source.schema.table");
    }
    if (parts.size() > 3)
      return refusal(written(parts) + " has too many parts; write source.table or source.schema.table");
    return add_table(parts);
  }

  std::optional<Error> add_table(const std::vector<const Token*>& parts) {
    SourceName found{.source = parts[0]->value, .begin = parts.front()->begin, .end = parts.back()->end};
    found.schema = parts.size() == 3 ? parts[1]->value : std::string{};
    found.table = parts.back()->value;
    for (const std::string_view system : {"information_schema", "pg_catalog", "system"}) {
      if (iequals(found.schema, system) || (iequals(found.source, system) && found.schema.empty()))
        return refusal(
            "system catalogues such as information_schema, pg_catalog and system are not allowed; select from the "
            "source's own tables");
    }
    for (const std::string_view reserved : reserved_names) {
      if (iequals(found.source, reserved))
        return refusal("\"" + found.source + "\" is the SQL engine's own; write source.table with a registered source");
    }
    if (found.table.find('$') != std::string::npos)
      return refusal("the table " + found.table + " is the SQL engine's own view of another one and not allowed");
    names_.tables.push_back(std::move(found));
    return std::nullopt;
  }

  /// `TABLE(…)`: a table function, or a table as the argument of one.
  std::optional<Error> table_brackets() {
    ++at_;
    levels_.push_back({});
    if (token(at_ + 1) == nullptr || !tokens_[at_ + 1].name())
      return refusal("TABLE(…) holds the name of a table or of a table function");
    ++at_;
    const auto parts = take_chain();
    if (!is(at_ + 1, '(')) {
      if (parts.size() < 2 || parts.size() > 3)
        return refusal(written(parts) + " does not say which data source it is in; write source.table");
      return add_table(parts);
    }
    if (parts.size() == 1) {
      if (parts[0]->is("sequence") || parts[0]->is("exclude_columns")) return std::nullopt;
    } else if (parts.size() == 3 && iequals(parts[1]->value, "system") && iequals(parts[2]->value, "query")) {
      names_.tables.push_back({.source = parts[0]->value,
                               .schema = parts[1]->value,
                               .begin = parts.front()->begin,
                               .end = parts.back()->end,
                               .function = true});
      return std::nullopt;
    }
    return refusal("the table function " + written(parts) +
                   " is not allowed; allowed are sequence, exclude_columns and source.system.query");
  }

  /// `crm.public.customers.name` spells a table out that stands in the statement.
  void find_columns() {
    for (const auto& parts : chains_) {
      for (const SourceName& table : names_.tables) {
        const std::size_t length = table.schema.empty() ? 2 : 3;
        const bool same = !table.function && parts.size() > length && iequals(parts[0]->value, table.source) &&
                          iequals(parts[length - 1]->value, table.table) &&
                          (length == 2 || iequals(parts[1]->value, table.schema));
        if (!same) continue;
        SourceName column = table;
        column.begin = parts[0]->begin;
        column.end = parts[length - 1]->end;
        names_.columns.push_back(std::move(column));
        break;
      }
    }
  }

  static std::string written(const std::vector<const Token*>& parts) {
    std::string text;
    for (const Token* part : parts) text += (text.empty() ? "" : ".") + part->value;
    return text;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
  std::vector<std::string> common_;
  std::vector<std::vector<const Token*>> chains_;
  StatementNames names_;
};

}  // namespace detail

/// Decides whether a statement may be given to Trino at all, and says which tables it names. A pure function.
/// O(length). Errors: `invalid` (cannot be read), `forbidden` (a rule; the message names it and the fix).
inline Result<StatementNames> check_statement(std::string_view text) {
  auto tokens = tokens_of(text);
  if (!tokens) return fail(std::move(tokens.error()));
  return detail::StatementScan{std::move(*tokens)}.run();
}

}  // namespace datasource::trino
