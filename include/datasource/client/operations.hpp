#pragma once

#include <datasource/operation/exchange.hpp>
#include <datasource/protocol/opensearch/data_sources.hpp>
#include <datasource/protocol/opensearch/query.hpp>

#include <string_view>
#include <utility>

/// The client's operations, each ready to be driven: the blocking Client and the JavaScript one start from these.
namespace datasource::operations {

inline Exchange<std::vector<DataSource>> list() { return {protocol::list_request(), &protocol::read_list}; }
inline Exchange<DataSource> get(std::string_view name) { return {protocol::get_request(name), &protocol::read_one}; }
inline Exchange<Acknowledgement> create(const DataSource& source) { return {protocol::create_request(source), &protocol::read_acknowledgement}; }
inline Exchange<Acknowledgement> update(const DataSource& source) { return {protocol::update_request(source), &protocol::read_acknowledgement}; }
inline Exchange<Acknowledgement> remove(std::string_view name) { return {protocol::delete_request(name), &protocol::read_acknowledgement}; }
inline Exchange<TestReport> test(std::string_view name) { return {protocol::test_request(name), &protocol::read_test}; }
inline Exchange<TestReport> test(const DataSource& source) { return {protocol::test_request(source), &protocol::read_test}; }
inline Exchange<std::string> connectors() { return {protocol::connectors_request(), &protocol::read_connectors}; }
inline Exchange<ResultSet> query(const Query& query) { return {query_request(query), &protocol::read_result}; }

}  // namespace datasource::operations
