#include "decode.hpp"

#include <datasource/protocol/opensearch/query.hpp>

namespace datasource::wasm {

Result<ResultSet> decode_result(const HttpResponse& response) { return protocol::read_result(response); }

}  // namespace datasource::wasm
