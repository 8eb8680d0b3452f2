#include "http/upstream.hpp"

#include "awaiting.hpp"

#include <datasource/detail/base64.hpp>
#include <datasource/protocol/opensearch/acknowledgement_json.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace datasource::gateway {
namespace {

constexpr std::string_view upstream_engine = "opensearch";

CurlTransport transport_for(std::chrono::milliseconds timeout) {
  CurlOptions options;
  options.total_timeout = timeout;
  options.maximum_body = std::size_t{256} << 20;
  return CurlTransport{options};
}

HttpResponse json_reply(int status, const datasource::detail::OrderedJson& json) {
  return Service::text_reply(status, datasource::detail::dump(json));
}

/// The source, saying that it lives there.
DataSource marked(DataSource source) {
  source.engine = upstream_engine;
  return source;
}

/// What a caller sees of an error of the upstream, or of not reaching it.
HttpResponse failed(Error error, const std::string& url) {
  const bool reached = error.status != 0;
  if (!reached && error.kind != ErrorKind::invalid) error.message = "the OpenSearch at " + url + ": " + error.message;
  return Service::error_response(error);
}

/// Whether a source that is read has what was written, as far as an OpenSearch shows it.
bool shows(const DataSource& read, const DataSource& written) {
  return read.status == written.status && read.description == written.description &&
         (written.result_index.empty() || read.result_index == written.result_index) &&
         (written.allowed_roles.empty() || read.allowed_roles == written.allowed_roles);
}

bool shows(const DataSource& read, const DataSourcePatch& written) {
  return (!written.status || read.status == *written.status) &&
         (!written.description || read.description == *written.description) &&
         (!written.result_index || read.result_index == *written.result_index);
}

}  // namespace

Upstream::Upstream(Options options)
    : options_{std::move(options)}, transport_{transport_for(options_.timeout)}, threads_{options_.threads} {
  while (options_.url.ends_with('/')) options_.url.pop_back();
}

Upstream::~Upstream() {
  stop();
  threads_.join();
}

void Upstream::stop() { stop_.request_stop(); }

std::optional<UpstreamCall> Upstream::judge(const HttpRequest& request, Service& service) const {
  const UpstreamRules rules{[&](const std::string& name) {
                              const auto found = service.sources_for({name});
                              return found || found.error().kind != ErrorKind::not_found;
                            },
                            options_.serves};
  return rules.judge(request);
}

asio::awaitable<HttpResponse> Upstream::answer(UpstreamCall call, HttpRequest request, HttpResponse own) {
  auto work = [this, call = std::move(call), request = std::move(request),
               own = std::move(own)]() mutable -> asio::awaitable<HttpResponse> {
    co_return carry_out(call, request, std::move(own));
  };
  auto response = co_await asio::co_spawn(threads_, std::move(work), asio::use_awaitable);
  co_return response;
}

HttpResponse Upstream::pass(const HttpRequest& request, Auth auth) {
  HttpRequest sent{
      .method = request.method, .target = request.target, .headers = {}, .body = request.body, .base = options_.url};
  for (const char* name : {"Content-Type", "Accept"}) {
    if (const std::string_view value = find_header(request.headers, name); !value.empty())
      sent.headers.emplace_back(name, std::string{value});
  }
  if (std::string value = authorization(auth); !value.empty())
    sent.headers.emplace_back("Authorization", std::move(value));
  auto reply = transport_.send(sent, stop_.get_token());
  if (!reply) return failed(std::move(reply.error()), options_.url);
  HttpResponse response{reply->status, {}, std::move(reply->body)};
  if (const std::string_view type = find_header(reply->headers, "Content-Type"); !type.empty())
    response.headers.emplace_back("Content-Type", std::string{type});
  return response;
}

HttpResponse Upstream::carry_out(const UpstreamCall& call, const HttpRequest& request, HttpResponse own) {
  using Kind = UpstreamCall::Kind;
  const std::string_view given = find_header(request.headers, "Authorization");
  Auth auth = options_.auth;
  if (options_.pass_callers && given.starts_with("Bearer ")) auth = BearerAuth{std::string{given.substr(7)}};
  if (options_.pass_callers && given.starts_with("Basic ")) {
    const auto pair = datasource::detail::from_base64(given.substr(6));
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon != std::string::npos) auth = BasicAuth{pair->substr(0, colon), pair->substr(colon + 1)};
  }
  if (call.kind == Kind::refuse) return Service::error_response(call.refusal);
  if (call.kind == Kind::pass) return pass(request, std::move(auth));

  Client client{transport_,
                ClientOptions{.url = options_.url, .auth = std::move(auth), .dialect = Dialect::opensearch}};
  const std::stop_token stop = stop_.get_token();
  const auto acknowledge = [&](int status, const Result<Acknowledgement>& done, Result<void> visible) {
    if (!done) return failed(done.error(), options_.url);
    if (!visible) return failed(std::move(visible.error()), options_.url);
    auto json = datasource::detail::OrderedJson::parse(json_text(*done));
    json["engine"] = upstream_engine;
    return json_reply(status, json);
  };
  const auto wait = [&](const auto& written) {
    return client
        .wait_until_visible(
            call.name, [&](const DataSource& read) { return shows(read, written); }, {}, stop)
        .map([](const DataSource&) {});
  };
  switch (call.kind) {
    case Kind::list: {
      if (own.status != 200) return own;
      auto all = datasource::detail::OrderedJson::parse(own.body, nullptr, false);
      auto theirs = client.list(stop);
      if (!theirs) {
        HttpResponse response = json_reply(200, all);
        response.headers.emplace_back(
            "Warning", "199 - \"the sources of the OpenSearch upstream are missing: it did not answer\"");
        return response;
      }
      for (DataSource& source : *theirs)
        all.push_back(datasource::detail::OrderedJson::parse(json_text(marked(std::move(source)), Secrets::mask)));
      return json_reply(200, all);
    }
    case Kind::read: {
      auto source = client.get(call.name, stop);
      if (!source) return failed(source.error(), options_.url);
      return Service::text_reply(200, json_text(marked(std::move(*source)), Secrets::mask));
    }
    case Kind::create: {
      const auto done = client.create(call.source, stop);
      return acknowledge(201, done, done ? wait(call.source) : Result<void>{});
    }
    case Kind::update: {
      const auto done = client.update(call.source, stop);
      return acknowledge(200, done, done ? wait(call.source) : Result<void>{});
    }
    case Kind::patch: {
      const auto done = client.patch(call.name, call.changes, stop);
      return acknowledge(200, done, done ? wait(call.changes) : Result<void>{});
    }
    case Kind::remove: {
      const auto done = client.remove(call.name, stop);
      return acknowledge(200, done, done ? client.wait_until_gone(call.name, {}, stop) : Result<void>{});
    }
    default: return Service::error_response({.kind = ErrorKind::server, .message = "nothing is to be done"});
  }
}

}  // namespace datasource::gateway
