#pragma once

#include <datasource/http/message.hpp>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/optional.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace datasource::gateway {

/// Reads one request of HTTP/1.1 to the end of its body. The framing is Beast's; what it finds is put where it is used.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser() { request_.headers.reserve(8); }

  /// All but the body. @pre the header is done, and this was not called before
  [[nodiscard]] HttpRequest take_head() { return std::move(request_); }
  /// @pre the request is done, and this was not called before
  [[nodiscard]] std::string take_body() { return std::move(body_); }

  /// The target, before the head is taken.
  [[nodiscard]] const std::string& target() const noexcept { return request_.target; }
  /// 10 for HTTP/1.0, 11 for HTTP/1.1.
  [[nodiscard]] int version() const noexcept { return version_; }
  /// Whether the reply has no body, whatever its length says.
  [[nodiscard]] bool is_head() const noexcept { return is_head_; }
  /// How many Host headers there are.
  [[nodiscard]] std::size_t hosts() const noexcept { return hosts_; }
  /// Whether the client waits for a word before it sends the body.
  [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_; }

 private:
  using Text = boost::beast::string_view;
  using Fault = boost::system::error_code;

  void on_request_impl(boost::beast::http::verb method, Text method_text, Text target, int version,
                       Fault& /*fault*/) override {
    request_.method = std::string{method_text};
    request_.target = std::string{target};
    version_ = version;
    is_head_ = method == boost::beast::http::verb::head;
  }

  void on_field_impl(boost::beast::http::field field, Text name, Text value, Fault& /*fault*/) override {
    if (is_header_done()) return;  // a trailer, which says nothing that is wanted
    if (field == boost::beast::http::field::host) ++hosts_;
    if (field == boost::beast::http::field::expect) expects_continue_ = boost::beast::iequals(value, "100-continue");
    request_.headers.emplace_back(std::string{name}, std::string{value});
  }

  /// A length beyond the limit has been refused by now.
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Fault& /*fault*/) override {
    if (length) body_.reserve(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(Text bytes, Fault& /*fault*/) override {
    body_.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, Text bytes, Fault& fault) override {
    return on_body_impl(bytes, fault);
  }

  void on_response_impl(int /*status*/, Text /*reason*/, int /*version*/, Fault& /*fault*/) override {}
  void on_header_impl(Fault& /*fault*/) override {}
  void on_chunk_header_impl(std::uint64_t /*size*/, Text /*extensions*/, Fault& /*fault*/) override {}
  void on_finish_impl(Fault& /*fault*/) override {}

  HttpRequest request_;
  std::string body_;
  std::size_t hosts_ = 0;
  int version_ = 0;
  bool is_head_ = false;
  bool expects_continue_ = false;
};

}  // namespace datasource::gateway
