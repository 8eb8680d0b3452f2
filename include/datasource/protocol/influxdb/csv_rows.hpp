#pragma once

#include <datasource/detail/utf8.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/influxdb/cells.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Annotated CSV, in which version 2 answers Flux. Source:
/// docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv.
namespace datasource::protocol::influxdb {

namespace detail {

/// Reads tables one behind the other: annotations, a header, rows. Each table has columns of its own.
template <class Sink>
class CsvReader {
 public:
  CsvReader(std::string_view body, Sink& sink) : body_{body}, sink_{sink} {}

  Result<std::string> read() {
    if (datasource::detail::find_invalid_utf8(body_) != std::string_view::npos)
      return fail(ErrorKind::malformed, "the reply is not UTF-8");
    while (at_ < body_.size()) {
      if (!record()) return fault("a quoted value is not closed");
      if (fields_.size() == 1 && fields_[0].empty()) {
        header_ = false;  // an empty line: what follows is another table
        continue;
      }
      if (fields_[0].starts_with('#')) {
        annotation();
      } else if (!header_) {
        begin_table();
      } else if (is_error_) {
        return fields_.size() > 1 ? std::string{fields_[1]} : std::string{"the query failed"};
      } else if (!row()) {
        return fault(std::string{sink_.problem()});
      }
    }
    return std::string{};
  }

 private:
  tl::unexpected<Error> fault(const std::string& what) const {
    return fail(ErrorKind::malformed, "in the record before byte " + std::to_string(at_) + " of the reply: " + what);
  }

  /// Takes the values up to the end of a line. Those in quotes are kept in `unquoted_`.
  bool record() {
    fields_.clear();
    used_ = 0;
    while (true) {
      if (at_ < body_.size() && body_[at_] == '"') {
        if (!quoted_value()) return false;
      } else {
        const std::size_t end = std::min(body_.find_first_of(",\r\n", at_), body_.size());
        fields_.push_back(body_.substr(at_, end - at_));
        at_ = end;
      }
      if (at_ < body_.size() && body_[at_] == ',') {
        ++at_;
        continue;
      }
      if (at_ < body_.size() && body_[at_] == '\r') ++at_;
      if (at_ < body_.size() && body_[at_] == '\n') ++at_;
      return true;
    }
  }

  bool quoted_value() {
    if (used_ == unquoted_.size()) unquoted_.emplace_back(std::make_unique<std::string>());
    std::string& text = *unquoted_[used_++];
    text.clear();
    ++at_;
    while (true) {
      const std::size_t quote = body_.find('"', at_);
      if (quote == std::string_view::npos) return false;
      text += body_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (at_ >= body_.size() || body_[at_] != '"') break;
      text += '"';
      ++at_;
    }
    fields_.push_back(text);
    // Nothing may stand between the quote and the separator.
    return at_ >= body_.size() || body_[at_] == ',' || body_[at_] == '\r' || body_[at_] == '\n';
  }

  void annotation() {
    if (header_) {
      header_ = false;
      defaults_.clear();
      types_.clear();
    }
    std::vector<std::string>* kept = fields_[0] == "#datatype"  ? &types_
                                     : fields_[0] == "#default" ? &defaults_
                                                                : nullptr;
    if (kept != nullptr) kept->assign(fields_.begin(), fields_.end());
  }

  void begin_table() {
    header_ = true;
    is_error_ = fields_.size() > 1 && fields_[1] == "error";
    places_.clear();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const bool frame = i == 0 || fields_[i] == "result" || fields_[i] == "table";
      places_.push_back(frame ? no_place : sink_.column(fields_[i]));
    }
  }

  bool row() {
    for (std::size_t i = 0; i < fields_.size() && i < places_.size(); ++i) {
      if (places_[i] == no_place) continue;
      std::string_view text = fields_[i];
      if (text.empty() && i < defaults_.size()) text = defaults_[i];
      if (text.empty()) continue;  // null, and an empty text, which it does not tell apart
      if (!sink_.cell(places_[i], cell_of(text, i < types_.size() ? std::string_view{types_[i]} : std::string_view{})))
        return false;
    }
    return sink_.end_row();
  }

  Cell cell_of(std::string_view text, std::string_view type) {
    if (type == "long" || type == "unsignedLong") return {Cell::Kind::integer, text};
    if (type == "double") return {Cell::Kind::real, text};
    if (type == "boolean") return {Cell::Kind::boolean, text};
    if (type.starts_with("dateTime")) {
      if (const auto time = read_time(text)) {
        scratch_ = std::to_string(*time);
        return {Cell::Kind::time, scratch_};
      }
    }
    return {Cell::Kind::text, text};
  }

  static constexpr auto no_place = static_cast<std::size_t>(-1);

  std::string_view body_;
  Sink& sink_;
  std::size_t at_ = 0;
  std::vector<std::string_view> fields_;
  std::vector<std::unique_ptr<std::string>> unquoted_;  // each stays where it is
  std::size_t used_ = 0;
  std::vector<std::string> types_;
  std::vector<std::string> defaults_;
  std::vector<std::size_t> places_;
  std::string scratch_;
  bool header_ = false;
  bool is_error_ = false;
};

}  // namespace detail

/// Reads annotated CSV. The columns `result` and `table`, which only number the tables, are left out. Errors:
/// `malformed` with the byte. The value is what the server says went wrong in the middle of the reply; empty when
/// nothing did.
template <class Sink>
Result<std::string> read_csv(std::string_view body, Sink& sink) {
  return detail::CsvReader<Sink>{body, sink}.read();
}

}  // namespace datasource::protocol::influxdb
