#pragma once

/// The whole SDK but the transports and the engine, which are included on purpose:
/// <datasource/transport/curl.hpp>, <datasource/transport/memory.hpp>, <datasource/transport/recording.hpp>,
/// <datasource/engine/duckdb.hpp>.

#include <datasource/client/client.hpp>
#include <datasource/columnar/csv_writer.hpp>
#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/columnar/jdbc_writer.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/row_stream.hpp>
#include <datasource/columnar/text_table.hpp>
#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/validation.hpp>
#include <datasource/http/auth.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/query.hpp>
#include <datasource/model/test_report.hpp>
#include <datasource/protocol/opensearch/direct_resources.hpp>
#include <datasource/version.hpp>
