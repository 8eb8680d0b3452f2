#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/http/url.hpp>

#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace remote_test {

namespace ds = datasource;

/// Answers as a function says, and keeps what was asked: path and parameters decoded, then the body.
class Scripted {
 public:
  using Answer = std::function<ds::HttpResponse(const std::string& asked)>;

  explicit Scripted(Answer answer) : state_{std::make_shared<State>(State{std::move(answer), {}, {}})} {}

  ds::Result<ds::HttpResponse> send(const ds::HttpRequest& request, const std::stop_token&) {
    state_->headers = request.headers;
    state_->asked.push_back(request.method + ' ' + ds::decode_segment(request.target) +
                            (request.body.empty() ? "" : ' ' + request.body));
    return state_->answer(state_->asked.back());
  }

  [[nodiscard]] const std::vector<std::string>& asked() const { return state_->asked; }
  [[nodiscard]] const ds::Headers& headers() const { return state_->headers; }

 private:
  struct State {
    Answer answer;
    std::vector<std::string> asked;
    ds::Headers headers;
  };
  std::shared_ptr<State> state_;
};

inline std::string text(const ds::Column& column, std::size_t row) {
  if (column.is_null(row)) return "NULL";
  return std::visit(
      [&](const auto& values) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, ds::TextValues>) {
          return std::string{values[row]};
        } else {
          return std::to_string(values[row]);
        }
      },
      column.values);
}

/// All rows of a scan, each as `a|b|NULL`.
inline std::vector<std::string> lines(ds::RemoteScan& scan) {
  std::vector<std::string> lines;
  while (true) {
    auto batch = scan.next({});
    INFO((batch ? "" : batch.error().message));
    REQUIRE(batch);
    if (!*batch) return lines;
    for (std::size_t row = 0; row < (*batch)->row_count(); ++row) {
      std::string& line = lines.emplace_back();
      for (const ds::Column& column : (*batch)->columns()) line += (line.empty() ? "" : "|") + text(column, row);
    }
  }
}

/// `name:type name:type`
inline std::string columns(const ds::RemoteTable& table) {
  std::string all;
  for (const ds::RemoteColumn& column : table.columns)
    all += (all.empty() ? "" : " ") + column.name + ':' + std::string{ds::to_string(column.type)};
  return all;
}

}  // namespace remote_test
