#pragma once

#include <datasource/http/message.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/query.hpp>
#include <datasource/model/schema.hpp>
#include <datasource/service/result_cache.hpp>

#include <string>

namespace datasource {

/// The service decided that a statement is to be run, or explained; the host asks an engine.
struct QueryCall {
  Query query = {};           ///< With an id.
  bool explain = false;       ///< Only say how it would run.
  CacheDirective cache = {};  ///< What the client wants of the result cache.
};

/// A page of a statement that was run with a fetch size is asked for, or will not be; the host knows its cursors.
struct CursorCall {
  std::string cursor = {};  ///< As the page before named it.
  bool close = false;       ///< Free it; no page is wanted.
};

/// The statements that run under an id are to be ended; the host knows what it runs.
struct CancelCall {
  std::string id = {};  ///< As the statements were given it.
};

/// The tables of a source are asked for; the host asks an engine.
struct SchemaCall {
  DataSource source = {};     ///< With its secrets.
  SchemaRequest wanted = {};  ///< Which tables, and how many.
};

/// The service decided that a connection is to be tested; the host asks an engine.
struct TestCall {
  DataSource source;    ///< With its secrets.
  bool stored = false;  ///< It is registered: the outcome says something of its health.
};

/// The result cache is to be listed, or an index of it emptied; the host knows what it keeps.
struct ResultsCall {
  std::string index = {};  ///< The index to empty; empty itself: list them all.
};

/// The host's counters are asked for, in the text format of Prometheus.
struct MetricsCall {};

/// The engines are to be listed; the host knows how what their servers keep differed from the registry.
struct EnginesCall {};

/// A source is to be registered or changed, and its rules hold; the host asks an engine whether its server takes it
/// (Engine::admit), and then `Service::admitted()` for the reply.
struct AdmitCall {
  DataSource source = {};    ///< As it would be stored, with its secrets.
  HttpRequest request = {};  ///< What asks for it.
};

}  // namespace datasource
