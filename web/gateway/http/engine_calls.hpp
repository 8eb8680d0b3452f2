#pragma once

#include "audit.hpp"
#include "http/connection.hpp"
#include "http/site.hpp"

#include <datasource/service/service.hpp>

#include <boost/asio/awaitable.hpp>

namespace datasource::gateway {

/// Runs a statement in an engine process and pipes the reply's body on: the next piece is read when the client took the
/// last. Ends the statement when it takes too long, when the client goes away and when the gateway stops. Fills in what
/// the audit log wants to know.
[[nodiscard]] boost::asio::awaitable<void> answer_query(Connection& connection, const Site& site, Stop& stop,
                                                        QueryCall call, AuditEntry& entry);

/// Pipes the page behind a cursor on, or closes the cursor.
[[nodiscard]] boost::asio::awaitable<void> answer_page(Connection& connection, const Site& site, Stop& stop,
                                                       CursorCall call, AuditEntry& entry);

/// Lists a source's tables in an engine process.
[[nodiscard]] boost::asio::awaitable<void> answer_schema(Connection& connection, const Site& site, Stop& stop,
                                                         SchemaCall call, AuditEntry& entry);

/// Tests a connection in an engine process.
[[nodiscard]] boost::asio::awaitable<void> answer_test(Connection& connection, const Site& site, Stop& stop,
                                                       TestCall call, AuditEntry& entry);

/// Asks an engine process whether its server takes a source, and writes it when it does.
[[nodiscard]] boost::asio::awaitable<HttpResponse> answer_admission(Connection& connection, const Site& site,
                                                                    Stop& stop, AdmitCall call);

/// An error as the API sends it, with the headers that its status calls for.
[[nodiscard]] HttpResponse error_reply(const Error& error);

}  // namespace datasource::gateway
