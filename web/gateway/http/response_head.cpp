#include "http/response_head.hpp"

#include <boost/beast/http/status.hpp>

#include <array>
#include <cstdio>
#include <ctime>
#include <ostream>  // status.hpp needs it whole
#include <string_view>

namespace datasource::gateway {
namespace {

/// `Sun, 06 Nov 1994 08:49:37 GMT`, made once a second.
std::string_view http_date() {
  static std::time_t last = 0;
  static std::array<char, 32> text{};
  const std::time_t now = std::time(nullptr);
  if (now != last) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    // By hand: strftime speaks the locale's language.
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday],
                  parts.tm_mday % 100, months[parts.tm_mon], (parts.tm_year + 1900) % 10000, parts.tm_hour % 100,
                  parts.tm_min % 100, parts.tm_sec % 100);
    last = now;
  }
  return text.data();
}

std::string_view reason(int status) {
  if (status == 499) return "Client Closed Request";
  return boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
}

}  // namespace

std::string response_head(int status, const Headers& headers, Framing framing, bool keep_alive) {
  std::string head;
  head.reserve(384);
  head.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason(status)).append("\r\n");
  head.append("Date: ").append(http_date()).append("\r\n");
  for (const auto& [name, value] : headers) head.append(name).append(": ").append(value).append("\r\n");
  if (framing.kind == Framing::Kind::length)
    head.append("Content-Length: ").append(std::to_string(framing.length)).append("\r\n");
  if (framing.kind == Framing::Kind::chunked) head.append("Transfer-Encoding: chunked\r\n");
  if (!keep_alive) head.append("Connection: close\r\n");
  return head.append("\r\n");
}

}  // namespace datasource::gateway
