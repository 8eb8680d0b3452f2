#pragma once

#include <datasource/connector/field.hpp>

#include <array>
#include <cstdint>

namespace datasource {

/// The longest time for which a reply may be given again, a day.
inline constexpr std::int64_t max_result_cache_ms = 86'400'000;

/// For how long replies over a source may be given again; see service/result_cache.hpp.
inline constexpr Field result_cache_field{
    .key = "resultCacheTtl",
    .title = "Cache results for (ms)",
    .type = FieldType::integer,
    .group = FieldGroup::advanced,
    .minimum = 0,
    .maximum = max_result_cache_ms,
    .help =
        "Milliseconds for which the reply to a statement may be given again without asking the source. Leave it "
        "out, or 0, to ask each time."};

/// What every data source may say beside the fields of its connector. They are the gateway's to read; connectors,
/// their typed builders and OpenSearch know nothing of them.
inline constexpr std::array source_fields{result_cache_field};

}  // namespace datasource
