#pragma once

#include <datasource/http/url.hpp>

#include <string>
#include <string_view>

namespace datasource::routes {

inline constexpr std::string_view data_sources = "/_plugins/_query/_datasources";
inline constexpr std::string_view test = "/_plugins/_query/_datasources/_test";
inline constexpr std::string_view connectors = "/_plugins/_query/_datasources/_connectors";
inline constexpr std::string_view sources_health = "/_plugins/_query/_datasources/_health";
inline constexpr std::string_view sql = "/_plugins/_sql";
inline constexpr std::string_view ppl = "/_plugins/_ppl";
inline constexpr std::string_view health = "/_health";
inline constexpr std::string_view sql_explain = "/_plugins/_sql/_explain";
inline constexpr std::string_view sql_close = "/_plugins/_sql/close";
inline constexpr std::string_view ppl_explain = "/_plugins/_ppl/_explain";
inline constexpr std::string_view queries = "/_plugins/_query/_queries";
inline constexpr std::string_view results = "/_plugins/_query/_results";
inline constexpr std::string_view engines = "/_plugins/_query/_engines";
inline constexpr std::string_view metrics = "/_metrics";
inline constexpr std::string_view settings = "/_plugins/_query/settings";
inline constexpr std::string_view async_query = "/_plugins/_async_query";
inline constexpr std::string_view direct_query = "/_plugins/_directquery/_query";
inline constexpr std::string_view direct_resources = "/_plugins/_directquery/_resources";

/// `/_plugins/_query/_datasources/{name}`, the name encoded as one segment.
inline std::string data_source(std::string_view name) { return std::string{data_sources} + '/' + encode_segment(name); }

/// `/_plugins/_query/_datasources/{name}/_test`.
inline std::string data_source_test(std::string_view name) { return data_source(name) + "/_test"; }

}  // namespace datasource::routes
