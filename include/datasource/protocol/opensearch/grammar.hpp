#pragma once

#include <datasource/protocol/opensearch/reply.hpp>
#include <datasource/protocol/opensearch/routes.hpp>

#include <string>
#include <utility>

namespace datasource {

/// The grammar of PPL as a server has it, from which an editor builds its lexer and its parser.
struct GrammarBundle {
  std::string bundle_version = {};  ///< Of this reply's shape.
  std::string antlr_version = {};   ///< Of the tool that the tables below were made with.
  std::string hash = {};            ///< The same as long as the grammar is.
  std::string json = {};            ///< The whole reply: serialized automata, rule names, token names.

  friend bool operator==(const GrammarBundle&, const GrammarBundle&) = default;
};

namespace protocol {

/// `GET /_plugins/_ppl/_grammar`.
inline HttpRequest grammar_request() { return {"GET", std::string{routes::ppl} + "/_grammar", {}, {}}; }

/// Errors: `unsupported` for a server that is older than the route, as OpenSearch 3.4.0 is; the server's own;
/// `malformed`. Source: OpenSearch 3.4.0, recording "ppl"; the SQL plugin's documentation of the route.
inline Result<GrammarBundle> read_grammar(const HttpResponse& response) {
  auto text = detail::object_text(response);
  if (!text) {
    Error error = std::move(text.error());
    if (error.kind == ErrorKind::unsupported || error.type == "RouteNotFoundException") {
      error.kind = ErrorKind::unsupported;
      error.message = "the server does not give away its grammar of PPL; OpenSearch does from a later version on";
    }
    return fail(std::move(error));
  }
  return GrammarBundle{.bundle_version = detail::member_text(*text, "bundleVersion"),
                       .antlr_version = detail::member_text(*text, "antlrVersion"),
                       .hash = detail::member_text(*text, "grammarHash"),
                       .json = std::move(*text)};
}

}  // namespace protocol

}  // namespace datasource
