#pragma once

#include <datasource/connector/field_rules.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/engine_status.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/schema.hpp>
#include <datasource/model/test_report.hpp>
#include <datasource/model/violation.hpp>
#include <datasource/protocol/opensearch/acknowledgement_json.hpp>
#include <datasource/protocol/opensearch/engines.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>
#include <datasource/protocol/opensearch/result_indexes.hpp>
#include <datasource/protocol/opensearch/schema_json.hpp>
#include <datasource/protocol/opensearch/test_report_json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace datasource {

/// The replies of a Service that hosts give too, once they have carried out a call.
class ServiceReplies {
 public:
  /// An Error as the API sends it.
  [[nodiscard]] static HttpResponse error_response(const Error& error) {
    return reply(status_of(error), to_json(error));
  }

  /// A test's outcome as the API sends it: 200, whether it passed or not.
  [[nodiscard]] static HttpResponse test_response(const TestReport& report) { return reply(200, to_json(report)); }

  /// The page of a source's tables, or why there is none.
  [[nodiscard]] static HttpResponse schema_response(const Result<SchemaPage>& page) { return reply(200, page); }

  /// What the result cache keeps.
  [[nodiscard]] static HttpResponse results_response(const std::vector<ResultIndex>& indexes) {
    detail::OrderedJson json{{"resultIndexes", detail::OrderedJson::array()}};
    for (const ResultIndex& each : indexes) json["resultIndexes"].push_back(to_json(each));
    return reply(200, json);
  }

  /// What was in a result index that is empty now. One that kept nothing is no error: what the caller wanted is so.
  [[nodiscard]] static HttpResponse cleared_response(const ResultIndex& index) { return reply(200, to_json(index)); }

  /// The list of engines as the API sends it.
  [[nodiscard]] static HttpResponse engines_response(const std::vector<EngineStatus>& engines) {
    detail::OrderedJson json = detail::OrderedJson::array();
    for (const EngineStatus& each : engines) json.push_back(to_json(each));
    return reply(200, json);
  }

  /// How many statements a cancellation ended; none is an error.
  [[nodiscard]] static HttpResponse cancelled_response(const std::string& id, std::uint64_t count) {
    if (count == 0)
      return error_response(
          {.kind = ErrorKind::not_found,
           .message = "no statement runs under the id " + detail::in_quotes(id) + "; it may have ended already",
           .type = "QueryNotFoundException",
           .field = "id"});
    return reply(200, detail::OrderedJson{{"queryId", id}, {"cancelled", count}});
  }

  /// A closed cursor. One that was not open is no error: what the caller wanted is so.
  [[nodiscard]] static HttpResponse closed_response() { return reply(200, detail::OrderedJson{{"succeeded", true}}); }

  /// What a page is answered with when there is no such cursor.
  [[nodiscard]] static Error no_such_cursor() {
    return {.kind = ErrorKind::not_found,
            .message =
                "there is no such cursor: each serves once, and one that is not used for a while is closed; run "
                "the statement again",
            .type = "CursorNotFoundException",
            .field = "cursor"};
  }

  /// A reply whose body is JSON text.
  static HttpResponse text_reply(int status, std::string json) {
    return {status, {{"Content-Type", "application/json; charset=UTF-8"}}, std::move(json)};
  }

 protected:
  /// A reply whose body is a JSON value.
  template <class Json>
  static HttpResponse reply(int status, const Json& json) {
    return text_reply(status, detail::dump(json));
  }

  /// A reply that tells a result as the protocol writes it, or why there is none, with the status of that.
  template <class T>
  static HttpResponse reply(int status, const Result<T>& result) {
    return result ? reply(status, to_json(*result)) : error_response(result.error());
  }

  /// The same for what every write is answered with.
  static HttpResponse reply(int status, const Result<Acknowledgement>& result) {
    return result ? text_reply(status, json_text(*result)) : error_response(result.error());
  }
};

}  // namespace datasource
