#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/detail/object_writer.hpp>
#include <datasource/model/data_source.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace datasource {

/// The documented reply to create, update and delete: `{"dataSourceId","name","status"?,"etag"?,"message"}`. It is what
/// a server of many writes sends most, so its text is made without a tree.
inline std::string json_text(const Acknowledgement& acknowledgement) {
  JsonWriter json;
  detail::ObjectWriter members{json};
  members["dataSourceId"].string(acknowledgement.id);
  members["name"].string(acknowledgement.name);
  if (acknowledgement.status) members["status"].string(to_string(*acknowledgement.status));
  if (!acknowledgement.etag.empty()) members["etag"].string(acknowledgement.etag);
  members["message"].string(acknowledgement.message);
  members.end();
  return std::string{json.view()};
}

/// Reads it back, and the JSON string that a real OpenSearch sends: `"Created DataSource with name crm"`.
inline Result<Acknowledgement> read_acknowledgement(const detail::Json& json) {
  if (json.is_string()) {
    const auto& message = json.get_ref<const std::string&>();
    constexpr std::string_view before_name = " DataSource with name ";
    const auto at = message.find(before_name);
    return Acknowledgement{.id = {},
                           .name = at == std::string::npos ? std::string{} : message.substr(at + before_name.size()),
                           .status = std::nullopt,
                           .message = message};
  }
  if (!json.is_object() || !json.contains("message"))
    return fail(ErrorKind::malformed, "the reply is not an acknowledgement");
  return Acknowledgement{.id = detail::text_or_empty(json, "dataSourceId"),
                         .name = detail::text_or_empty(json, "name"),
                         .status = parse_status(detail::text_or_empty(json, "status")),
                         .message = detail::text_or_empty(json, "message"),
                         .etag = detail::text_or_empty(json, "etag")};
}

}  // namespace datasource
