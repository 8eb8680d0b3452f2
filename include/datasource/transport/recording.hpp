#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/secret.hpp>

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// One request and its reply.
struct RecordedExchange {
  HttpRequest request;    ///< Without its base: a recording does not say where its server was.
  HttpResponse response;  ///< As it came.
};

/// What one client and one server said to each other, in order.
struct Story {
  std::string name = {};                         ///< What it is about, for people.
  std::string server = {};                       ///< Which server and version, for people.
  std::vector<RecordedExchange> exchanges = {};  ///< In the order in which they took place.
};

namespace detail {

inline bool names_secret(std::string_view key) {
  const std::string name = to_lower(key);
  for (const std::string_view part :
       {"password", "passwd", "secret", "token", "access_key", "api_key", "apikey", "private_key", "authorization"}) {
    if (name.find(part) != std::string::npos) return true;
  }
  return false;
}

/// Puts the mask in place of every text and number whose key tells a secret. The depth is bounded by parse_json.
inline void mask_secrets(Json& json) {
  if (json.is_object()) {
    for (const auto& item : json.items()) {
      if ((item.value().is_string() || item.value().is_number()) && names_secret(item.key())) {
        item.value() = std::string{masked_secret};
      } else {
        mask_secrets(item.value());
      }
    }
  } else if (json.is_array()) {
    for (Json& each : json) mask_secrets(each);
  }
}

/// A body without secrets; one that is no JSON stays as it is.
inline std::string without_secrets(const std::string& body) {
  auto json = parse_json(body, "the body");
  if (!json) return body;
  Json masked = *json;
  mask_secrets(masked);
  return masked == *json ? body : dump(masked);
}

/// Whether two bodies say the same: white space, the order of members and secrets apart.
inline bool same_body(const std::string& a, const std::string& b) {
  auto left = parse_json(a, "the body");
  auto right = parse_json(b, "the body");
  if (!left || !right) return a == b;
  mask_secrets(*left);
  mask_secrets(*right);
  return *left == *right;
}

inline OrderedJson headers_json(const Headers& headers) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [name, value] : headers) {
    const std::string lower = to_lower(std::string_view{name});
    // Who asked, and cookies, are of no use to a replay and of use to others.
    if (lower.ends_with("authorization") || lower == "cookie" || lower == "set-cookie" || lower.ends_with("-token") ||
        lower.ends_with("-key"))
      continue;
    json[name] = value;
  }
  return json;
}

inline OrderedJson body_json(const std::string& body) {
  return body.empty() ? OrderedJson(nullptr) : OrderedJson(body);
}

inline Headers read_recorded_headers(const Json& message) {
  Headers headers;
  const auto found = message.find("headers");
  if (found == message.end() || !found->is_object()) return headers;
  for (const auto& [name, value] : found->items()) {
    if (value.is_string()) headers.emplace_back(name, value.template get<std::string>());
  }
  return headers;
}

inline Result<RecordedExchange> read_exchange(const Json& json) {
  const auto malformed = [] {
    return fail(ErrorKind::malformed, "a recorded exchange lacks its request or its response");
  };
  if (!json.is_object()) return malformed();
  const auto request = json.find("request");
  const auto response = json.find("response");
  if (request == json.end() || !request->is_object() || response == json.end() || !response->is_object())
    return malformed();
  const auto status = response->find("status");
  if (status == response->end() || !status->is_number_integer()) return malformed();
  return RecordedExchange{{text_or_empty(*request, "method"),
                           text_or_empty(*request, "path"),
                           read_recorded_headers(*request),
                           text_or_empty(*request, "body"),
                           {}},
                          {status->get<int>(), read_recorded_headers(*response), text_or_empty(*response, "body")}};
}

}  // namespace detail

/// Reads recordings: `[{"story", "server", "exchanges": [{"request": {"method", "path", "headers", "body"}, "response":
/// {"status", "headers", "body"}}]}]`, where a body is text or null. Errors: `malformed`.
inline Result<std::vector<Story>> read_recordings(std::string_view text) {
  const auto json = detail::parse_json(text, "the recording");
  if (!json) return fail(json.error());
  if (!json->is_array()) return fail(ErrorKind::malformed, "the recording is not a list of stories");
  std::vector<Story> stories;
  for (const detail::Json& each : *json) {
    Story story{detail::text_or_empty(each, "story"), detail::text_or_empty(each, "server")};
    const auto exchanges = each.is_object() ? each.find("exchanges") : each.end();
    if (exchanges == each.end() || !exchanges->is_array())
      return fail(ErrorKind::malformed, "a story of the recording has no exchanges");
    for (const detail::Json& one : *exchanges) {
      auto exchange = detail::read_exchange(one);
      if (!exchange) return fail(std::move(exchange.error()));
      story.exchanges.push_back(std::move(*exchange));
    }
    stories.push_back(std::move(story));
  }
  return stories;
}

/// Writes recordings in that form. Headers that tell who asked are left out, and texts and numbers of JSON bodies whose
/// key names a secret (password, secret, token, api_key and such) are masked, so that a recording can be shared. Bytes
/// that are not UTF-8 become U+FFFD.
inline std::string write_recordings(const std::vector<Story>& stories) {
  detail::OrderedJson json = detail::OrderedJson::array();
  for (const Story& story : stories) {
    detail::OrderedJson exchanges = detail::OrderedJson::array();
    for (const RecordedExchange& each : story.exchanges) {
      exchanges.push_back({{"request",
                            {{"method", each.request.method},
                             {"path", each.request.target},
                             {"headers", detail::headers_json(each.request.headers)},
                             {"body", detail::body_json(detail::without_secrets(each.request.body))}}},
                           {"response",
                            {{"status", each.response.status},
                             {"headers", detail::headers_json(each.response.headers)},
                             {"body", detail::body_json(detail::without_secrets(each.response.body))}}}});
    }
    json.push_back({{"story", story.name}, {"server", story.server}, {"exchanges", std::move(exchanges)}});
  }
  return json.dump(1, ' ', false, detail::OrderedJson::error_handler_t::replace);
}

/// Passes requests on and keeps what was said. An exchange without a reply is not kept. One thread at a time.
template <Transport Tr>
class RecordingTransport {
 public:
  /// @param story Where the exchanges are added; kept by the caller too, who writes it with write_recordings.
  RecordingTransport(Tr transport, std::shared_ptr<Story> story)
      : transport_{std::move(transport)}, story_{std::move(story)} {}

  /// Sends through the transport that it was given, and adds the exchange to the story.
  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) {
    auto response = transport_.send(request, stop);
    if (response) {
      story_->exchanges.push_back({request, *response});
      story_->exchanges.back().request.base.clear();
    }
    return response;
  }

 private:
  Tr transport_;
  std::shared_ptr<Story> story_;
};

/// Answers as the story says, without a network. A request gets the reply of the first exchange that was not used yet
/// and has its method, its path (however it is encoded) and a body that says the same; secrets are not compared. One
/// thread at a time.
///
/// @par Errors `unsupported` for a request that the story does not have, or has no more; it names method and path.
class ReplayTransport {
 public:
  /// @param story What to answer from, from its beginning.
  explicit ReplayTransport(std::shared_ptr<const Story> story)
      : story_{std::move(story)}, used_(story_->exchanges.size(), false) {}

  /// The recorded reply.
  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token&) {
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const HttpRequest& recorded = story_->exchanges[i].request;
      if (used_[i] || recorded.method != request.method ||
          decode_segment(recorded.target) != decode_segment(request.target) ||
          !detail::same_body(recorded.body, request.body)) {
        continue;
      }
      used_[i] = true;
      return story_->exchanges[i].response;
    }
    return fail(ErrorKind::unsupported, "the recording \"" + story_->name + "\" has no further reply to " +
                                            request.method + ' ' + request.target);
  }

  /// How many exchanges were not asked for.
  [[nodiscard]] std::size_t unused() const {
    std::size_t count = 0;
    for (const bool used : used_) count += used ? 0 : 1;
    return count;
  }

 private:
  std::shared_ptr<const Story> story_;
  std::vector<bool> used_;
};

}  // namespace datasource
