#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/prometheus/reply.hpp>

#include <fast_float/fast_float.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

/// What an expression evaluates to. Source: prometheus.io/docs/prometheus/latest/querying/api.
namespace datasource::protocol::prometheus {

/// Names and values of labels, in the reply's order.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// One series' part of the samples: those from `begin` to before `end`, in the order of time; its histograms come
/// behind its numbers.
struct Series {
  Labels labels = {};     ///< `__name__` is the metric's name.
  std::size_t begin = 0;  ///< Index of its first sample.
  std::size_t end = 0;    ///< Index behind its last.
};

/// A sample that is a native histogram.
struct HistogramSample {
  std::size_t index = 0;  ///< Of the sample.
  std::string json = {};  ///< `{"count":…,"sum":…,"buckets":[…]}`, as the server has it.
};

/// The result of an evaluation, in columns.
struct Samples {
  /// What the expression's type is.
  enum class Kind {
    vector,  ///< One sample a series.
    matrix,  ///< Any number of samples a series.
    scalar,  ///< One sample without a series.
    text,    ///< `text`, and one sample for its time.
  };
  Kind kind = Kind::vector;                      ///< Tells whether `text` is the value.
  std::vector<Series> series = {};               ///< None for a scalar or a text.
  std::vector<std::int64_t> milliseconds = {};   ///< Of each sample, since 1970, UTC.
  std::vector<double> values = {};               ///< Of each sample; NaN, also, where it is a histogram.
  std::vector<HistogramSample> histograms = {};  ///< Ordered by index.
  std::string text = {};                         ///< Of an expression that is a string.
};

namespace detail {

/// Reads a reply in one pass; members come in any order.
class SamplesReader {
 public:
  explicit SamplesReader(std::string_view body) : cursor_{body} {}

  Result<Samples> read() {
    if (!reply() || !cursor_.at_end()) {
      return fail(ErrorKind::malformed,
                  "at byte " + std::to_string(cursor_.fault().empty() ? cursor_.offset() : cursor_.fault_offset()) +
                      " of the reply: " + (cursor_.fault().empty() ? "more than one value" : cursor_.fault()));
    }
    if (!has_result_) return fail(ErrorKind::malformed, "the reply has no result");
    return std::move(samples_);
  }

 private:
  /// Calls `member` with each key of an object.
  template <class Member>
  bool object(Member&& member) {
    if (!cursor_.expect('{')) return false;
    if (cursor_.take('}')) return true;
    do {
      std::string key;
      if (!(cursor_.peek() == '"' ? cursor_.string(key) : cursor_.fail("a member has no name")) ||
          !cursor_.expect(':') || !member(key))
        return false;
    } while (cursor_.take(','));
    return cursor_.expect('}');
  }
  /// Calls `element` at each element of an array.
  template <class Element>
  bool array(Element&& element) {
    if (!cursor_.expect('[')) return false;
    if (cursor_.take(']')) return true;
    do {
      if (!element()) return false;
    } while (cursor_.take(','));
    return cursor_.expect(']');
  }
  bool ignore() {
    std::string_view raw;
    return cursor_.skip(raw);
  }

  bool reply() {
    return object([&](const std::string& key) { return key == "data" && cursor_.peek() == '{' ? data() : ignore(); });
  }

  bool data() {
    return object([&](const std::string& key) {
             if (key == "resultType") {
               kind_.clear();
               return cursor_.peek() == '"' ? cursor_.string(kind_) : cursor_.fail("the type of the result is no text");
             }
             return key == "result" ? result() : ignore();
           }) &&
           settle();
  }

  bool settle() {
    if (kind_ == "matrix") samples_.kind = Samples::Kind::matrix;
    if (kind_ == "scalar") samples_.kind = Samples::Kind::scalar;
    if (kind_ == "string") samples_.kind = Samples::Kind::text;
    if (samples_.kind == Samples::Kind::scalar)
      return !samples_.values.empty() && value_of(text_, samples_.values[0])
                 ? true
                 : cursor_.fail("the scalar is not a number");
    if (samples_.kind == Samples::Kind::text) samples_.text = std::move(text_);
    return true;
  }

  bool result() {
    has_result_ = true;
    if (cursor_.peek() == 'n') return cursor_.literal("null");
    if (!cursor_.expect('[')) return false;
    if (cursor_.take(']')) return true;
    if (cursor_.peek() != '{') {  // a scalar or a text: its time, and what it is
      std::int64_t time = 0;
      if (!milliseconds(time) || !cursor_.expect(',')) return false;
      if (cursor_.peek() != '"') return cursor_.fail("a value is no text");
      if (!cursor_.string(text_) || !cursor_.expect(']')) return false;
      add(time, std::numeric_limits<double>::quiet_NaN());
      return true;
    }
    do {
      if (!series()) return false;
    } while (cursor_.take(','));
    return cursor_.expect(']');
  }

  bool series() {
    Series one{.begin = samples_.values.size()};
    const bool good = object([&](const std::string& key) {
      if (key == "metric") return labels(one.labels);
      if (key == "value") return number_sample();
      if (key == "values") return array([&] { return number_sample(); });
      if (key == "histogram") return histogram_sample();
      if (key == "histograms") return array([&] { return histogram_sample(); });
      return ignore();
    });
    one.end = samples_.values.size();
    samples_.series.push_back(std::move(one));
    return good;
  }

  bool labels(Labels& labels) {
    return object([&](const std::string& key) {
      labels.emplace_back(key, std::string{});
      return cursor_.peek() == '"' ? cursor_.string(labels.back().second) : cursor_.fail("a label is no text");
    });
  }

  bool number_sample() {
    std::int64_t time = 0;
    if (!cursor_.expect('[') || !milliseconds(time) || !cursor_.expect(',')) return false;
    const std::size_t where = cursor_.offset();
    if (cursor_.peek() != '"') return cursor_.fail("a value is no text");
    text_.clear();
    double value = 0;
    if (!cursor_.string(text_)) return false;
    if (!value_of(text_, value)) return cursor_.fail_at("a value is not a number", where);
    add(time, value);
    return cursor_.expect(']');
  }

  bool histogram_sample() {
    std::int64_t time = 0;
    std::string_view raw;
    if (!cursor_.expect('[') || !milliseconds(time) || !cursor_.expect(',') || !cursor_.skip(raw)) return false;
    samples_.histograms.push_back({samples_.values.size(), std::string{raw}});
    add(time, std::numeric_limits<double>::quiet_NaN());
    return cursor_.expect(']');
  }

  void add(std::int64_t time, double value) {
    samples_.milliseconds.push_back(time);
    samples_.values.push_back(value);
  }

  /// Seconds with up to three decimals, exactly.
  bool milliseconds(std::int64_t& time) {
    const std::size_t where = cursor_.offset();
    cursor_.peek();
    std::string_view token;
    if (!cursor_.number(token)) return false;
    std::string_view digits = token;
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    std::int64_t count = 0;
    int decimals = -1;
    for (const char c : digits) {
      if (c == '.') {
        decimals = 0;
      } else if (datasource::detail::is_digit(c) && digits.size() <= 17 && decimals < 3) {
        count = count * 10 + (c - '0');
        if (decimals >= 0) ++decimals;
      } else {
        return rounded_milliseconds(token, where, time);
      }
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 3; ++i) count *= 10;
    time = negative ? -count : count;
    return true;
  }

  bool rounded_milliseconds(std::string_view token, std::size_t where, std::int64_t& time) {
    double seconds = 0;
    fast_float::from_chars(token.data(), token.data() + token.size(), seconds);
    if (!(std::fabs(seconds) < 9e12)) return cursor_.fail_at("a time is out of range", where);
    time = std::llround(seconds * 1000);
    return true;
  }

  /// `1.5`, `NaN`, `+Inf`, `-Inf`.
  static bool value_of(std::string_view text, double& value) {
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, problem] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && end == text.data() + text.size() &&
           (problem == std::errc{} || problem == std::errc::result_out_of_range);
  }

  datasource::detail::JsonCursor cursor_;
  Samples samples_;
  std::string kind_;
  std::string text_;
  bool has_result_ = false;
};

}  // namespace detail

/// Reads the reply to query_request and range_request in one pass. Errors: the server's own, see read_error;
/// `malformed` with the byte where the reply stops being one. O(bytes).
inline Result<Samples> read_samples(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(prometheus::read_error(response));
  return detail::SamplesReader{response.body}.read();
}

}  // namespace datasource::protocol::prometheus
