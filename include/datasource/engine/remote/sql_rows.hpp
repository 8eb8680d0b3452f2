#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::remote {

/// Makes batches as RemoteScan wants them of the pages that a system gives: the columns that were asked for, in their
/// order, or rows without columns when only their number matters.
class SqlRows {
 public:
  /// All columns of every page, as they are.
  SqlRows() = default;
  /// What a scan asks for. Its statement is select_text's: without columns it counts.
  explicit SqlRows(const ScanRequest& request)
      : wanted_{request.columns}, left_{request.limit}, counts_{request.columns.empty()}, chosen_{true} {}

  /// Takes a page. Errors: `malformed` when a column is missing or a number of rows is none.
  Result<bool> add(ResultSet page) {
    if (counts_) return add_count(page);
    if (page.row_count() == 0) return true;
    if (chosen_ && !in_order(page)) {
      std::vector<Column> columns;
      for (const std::string& name : wanted_) {
        const Column* column = page.column(name);
        if (column == nullptr) return fail(ErrorKind::malformed, "the reply has no column \"" + name + '"');
        columns.push_back(*column);
      }
      page = ResultSet{std::move(columns), page.row_count()};
    }
    if (left_) *left_ -= std::min<std::uint64_t>(*left_, page.row_count());
    batch_ = std::move(page);
    return true;
  }

  /// A batch that is ready, or nothing.
  std::optional<ResultSet> next() {
    if (batch_) return std::exchange(batch_, std::nullopt);
    if (!counted_ || *counted_ == 0) return std::nullopt;
    const std::uint64_t rows = std::min(*counted_, most_rows);
    *counted_ -= rows;
    return ResultSet{{}, static_cast<std::size_t>(rows)};
  }

  /// Whether enough rows were given.
  [[nodiscard]] bool satisfied() const { return counts_ ? counted_.has_value() : left_ && *left_ == 0; }

 private:
  static constexpr std::uint64_t most_rows = 65'536;

  [[nodiscard]] bool in_order(const ResultSet& page) const {
    return std::equal(wanted_.begin(), wanted_.end(), page.columns().begin(), page.columns().end(),
                      [](const std::string& name, const Column& column) { return name == column.name; });
  }

  Result<bool> add_count(const ResultSet& page) {
    if (page.row_count() == 0) return true;
    if (page.columns().empty()) return fail(ErrorKind::malformed, "the reply has no number of rows");
    const Column& column = page.columns().front();
    std::uint64_t rows = 0;
    if (const auto* numbers = column.values_as<std::vector<std::int64_t>>()) {
      rows = static_cast<std::uint64_t>(std::max<std::int64_t>(0, numbers->front()));
    } else if (const auto* texts = column.values_as<TextValues>()) {
      const std::string_view text = (*texts)[0];
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), rows);
      if (problem != std::errc{} || end != text.data() + text.size())
        return fail(ErrorKind::malformed, "the reply has no number of rows");
    } else {
      return fail(ErrorKind::malformed, "the reply has no number of rows");
    }
    counted_ = left_ ? std::min(rows, *left_) : rows;
    return true;
  }

  std::vector<std::string> wanted_;
  std::optional<std::uint64_t> left_;
  std::optional<std::uint64_t> counted_;
  std::optional<ResultSet> batch_;
  bool counts_ = false;
  bool chosen_ = false;
};

}  // namespace datasource::remote
