#pragma once

#include <datasource/columnar/result_set.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>

namespace datasource::wasm {

/// protocol::read_result, compiled on its own: this is the hot path and wants speed, all the rest wants to be small.
Result<ResultSet> decode_result(const HttpResponse& response);

}  // namespace datasource::wasm
