#pragma once

#include <datasource/connector/credentials.hpp>
#include <datasource/connector/validation.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/http/precondition.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/opensearch/patch.hpp>
#include <datasource/service/engine_choice.hpp>
#include <datasource/service/store.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace datasource {

/// 128 random bits as 32 hexadecimal digits.
inline std::string random_id() {
  constexpr std::string_view hex = "0123456789abcdef";
  thread_local std::random_device device;  // To make one takes longer than all else here.
  std::string id;
  for (int word = 0; word < 4; ++word) {
    auto bits = device();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4) id += hex[bits & 15];
  }
  return id;
}

/// The rules of the registry: what may be stored, and what a write fills in.
class Registry {
 public:
  /// @param engines Those that run here, the default first.
  /// @param offers_too Connectors that are taken although none of them reads them; empty: none.
  Registry(std::unique_ptr<Store> store, std::function<std::string()> next_id, std::vector<EngineInfo> engines,
           std::function<bool(const Connector&)> offers_too)
      : store_{std::move(store)},
        next_id_{std::move(next_id)},
        engines_{std::move(engines)},
        offers_too_{std::move(offers_too)} {}

  /// Those that run here, the default first.
  [[nodiscard]] std::span<const EngineInfo> engines() const { return engines_; }

  /// Whether sources of a connector are taken.
  [[nodiscard]] bool offers(const Connector& connector) const {
    return any_serves(engines_, connector) || (offers_too_ && offers_too_(connector));
  }

  /// All sources with their secrets, by name. Errors: the store's.
  [[nodiscard]] Result<std::vector<SourcePtr>> list() { return store_->list(); }

  /// What keeps the sources, and gives ids to new ones, for a dialect with rules of its own.
  [[nodiscard]] Store& store() { return *store_; }
  /// Gives the id of a new source.
  [[nodiscard]] const std::function<std::string()>& next_id() const { return next_id_; }

  /// Never null. Errors: `not_found`.
  [[nodiscard]] Result<SourcePtr> get(const std::string& name) {
    auto found = store_->find(name);
    if (found && !*found) return fail(missing(name));
    return found;
  }

  /// Errors: `invalid` with all violations, `conflict` when the name is taken, in any case: SQL does not tell `Shop`
  /// from `shop`.
  [[nodiscard]] Result<Acknowledgement> create(DataSource source) {
    auto checked = creatable(std::move(source));
    if (!checked) return fail(checked.error());
    checked->id = next_id_();
    return write(std::move(*checked), "Created DataSource with name ");
  }

  /// A source as create() would store it, but for its id. Errors: as create().
  [[nodiscard]] Result<DataSource> creatable(DataSource source) {
    source.connector = with_credentials_apart(std::move(source.connector));
    auto violations = masks(masked_secrets(source.connector), "it is the mask of a read reply, not a ", "", "itself");
    if (auto judged = with_rules(std::move(violations), source); !judged) return fail(judged.error());
    const auto taken = store_->find_any_case(source.name);
    if (!taken) return fail(taken.error());
    if (*taken) {
      return fail({.kind = ErrorKind::conflict,
                   .message = "name: a data source named " + detail::in_quotes((*taken)->name) +
                              " exists; choose another name or update it",
                   .field = "name"});
    }
    source.etag.clear();
    return source;
  }

  /// Replaces everything but the id; a masked secret keeps the stored one.
  /// @param if_match The header of that name; empty for none.
  /// @par Errors `not_found`, `conflict` when it is another version by now, `invalid`.
  [[nodiscard]] Result<Acknowledgement> update(DataSource source, std::string_view if_match = {}) {
    return rewrite(updatable(std::move(source), if_match));
  }

  /// A source as update() would store it. Errors: as update().
  [[nodiscard]] Result<DataSource> updatable(DataSource source, std::string_view if_match = {}) {
    const auto stored = expected(source.name, if_match);
    if (!stored) return fail(stored.error());
    return replacing(**stored, std::move(source));
  }

  /// Changes what the patch names and keeps the rest: properties are merged, secrets that are not named stay, as long
  /// as the source reaches the same server as the same user, and the status changes only when it is given. Errors: as
  /// update().
  [[nodiscard]] Result<Acknowledgement> patch(const NamedPatch& given, std::string_view if_match = {}) {
    return rewrite(patchable(given, if_match));
  }

  /// A source as patch() would store it. Errors: as update().
  [[nodiscard]] Result<DataSource> patchable(const NamedPatch& given, std::string_view if_match = {}) {
    const auto stored = expected(given.name, if_match);
    if (!stored) return fail(stored.error());
    if (!given.connector.empty() && given.connector != (*stored)->connector.id)
      return fail(invalid({{"connector", "fixed", "a patch cannot change the connector",
                            "leave it out, or replace the data source whole with PUT"}}));
    DataSource source = **stored;
    source.connector = with_masks(std::move(source.connector));
    given.changes.apply_to(source);
    return replacing(**stored, std::move(source));
  }

  /// Errors: `not_found`, `conflict` as update().
  [[nodiscard]] Result<Acknowledgement> remove(const std::string& name, std::string_view if_match = {}) {
    const auto stored = expected(name, if_match);
    if (!stored) return fail(stored.error());
    const auto removed = store_->remove(name);
    if (!removed) return fail(removed.error());
    return Acknowledgement{
        .id = (*stored)->id, .name = name, .status = std::nullopt, .message = "Deleted DataSource with name " + name};
  }

  /// A source as it would be stored: credentials taken out of its endpoint, the secrets of a stored one of that name in
  /// place of masks, all rules checked. A mask is replaced only where the source reaches the same server as the same
  /// user: otherwise anybody who may write could send the stored password to a server of their own. Errors: `invalid`.
  [[nodiscard]] Result<DataSource> complete(DataSource source) {
    source.connector = with_credentials_apart(std::move(source.connector));
    std::vector<Violation> violations;
    if (const auto masked = masked_secrets(source.connector); !masked.empty()) {
      const auto stored = store_->find(source.name);
      if (!stored) return fail(stored.error());
      if (!*stored || !same_target((*stored)->connector, source.connector) ||
          !unmask(source.connector, (*stored)->connector))
        violations = masks(masked, "the stored ", " is kept only for the same server and user", "again");
    }
    return with_rules(std::move(violations), source).map([&] { return std::move(source); });
  }

  /// The sources behind the names of a statement, each ACTIVE. Errors: `not_found`, `disabled`.
  [[nodiscard]] Result<std::vector<DataSource>> active(const std::vector<std::string>& names) {
    std::vector<DataSource> sources;
    for (const std::string& name : names) {
      auto found = store_->find_any_case(name);
      if (!found) return fail(found.error());
      if (!*found) return fail(missing(name));
      if ((*found)->status == Status::disabled) {
        return fail({.kind = ErrorKind::disabled,
                     .message = "data source " + detail::in_quotes((*found)->name) +
                                " is DISABLED; set its status to ACTIVE to query it",
                     .field = "status"});
      }
      sources.push_back(**found);
    }
    return sources;
  }

 private:
  /// The source of that name, if it is a version that may be written over.
  Result<SourcePtr> expected(const std::string& name, std::string_view if_match) {
    auto stored = get(name);
    if (!stored || if_match_permits(if_match, (*stored)->etag)) return stored;
    return fail({.kind = ErrorKind::conflict,
                 .message = "data source " + detail::in_quotes(name) +
                            " was changed since it was read; read it again and repeat the change",
                 .status = 412,
                 .type = "DataSourceChangedException",
                 .field = "If-Match"});
  }

  Result<DataSource> replacing(const DataSource& stored, DataSource source) {
    auto completed = complete(std::move(source));
    if (!completed) return completed;
    completed->id = stored.id;
    completed->etag = stored.etag;
    return completed;
  }

  Result<Acknowledgement> rewrite(Result<DataSource> checked) {
    if (!checked) return fail(checked.error());
    return write(std::move(*checked), "Updated DataSource with name ");
  }

  static Error missing(const std::string& name) {
    return {.kind = ErrorKind::not_found,
            .message = "there is no data source named " + detail::in_quotes(name),
            .field = "name"};
  }

  /// All broken rules, and whether an engine here reads the connector at all.
  [[nodiscard]] std::vector<Violation> violations_of(const DataSource& source) const {
    const Connector* connector = find_connector(source.connector.id);
    const bool known = connector == nullptr || offers(*connector);
    std::vector<Violation> violations = known ? validate(source) : detail::common_rules(source);
    if (!known)
      violations.push_back({"connector", "unsupported_connector",
                            (engines_.size() == 1 ? "the engine here does not read " : "no engine here reads ") +
                                std::string{connector->title} +
                                (connector->in_opensearch() ? ", an OpenSearch does" : ""),
                            "use one of " + connector_ids([&](const Connector& each) { return offers(each); })});
    for (Violation& each : engine_rules(source, engines_)) violations.push_back(std::move(each));
    return violations;
  }

  /// Those violations and all others of the source, or nothing.
  Result<void> with_rules(std::vector<Violation> violations, const DataSource& source) const {
    for (Violation& each : violations_of(source)) violations.push_back(std::move(each));
    if (violations.empty()) return {};
    return fail(invalid(std::move(violations)));
  }

  static std::vector<Violation> masks(const std::vector<MaskedSecret>& masked, const char* before, const char* after,
                                      const char* how) {
    std::vector<Violation> violations;
    for (const auto& [path, title] : masked)
      violations.push_back({path, "masked_secret", before + title + after, "give the " + title + ' ' + how});
    return violations;
  }

  /// ERROR is what reads show of an ACTIVE source that is down: put back, it asks for what it was.
  Result<Acknowledgement> write(DataSource source, const char* message) {
    if (source.status == Status::error) source.status = Status::active;
    if (source.result_index.empty())
      source.result_index = "query_execution_result_" + detail::to_lower(std::string_view{source.name});
    source.etag = detail::next_etag(source.id, source.etag);
    Acknowledgement done{.id = source.id,
                         .name = source.name,
                         .status = source.status,
                         .message = message + source.name,
                         .etag = source.etag};
    if (const auto stored = store_->put(std::move(source)); !stored) return fail(stored.error());
    return done;
  }

  std::unique_ptr<Store> store_;
  std::function<std::string()> next_id_;
  std::vector<EngineInfo> engines_;
  std::function<bool(const Connector&)> offers_too_;
};

}  // namespace datasource
