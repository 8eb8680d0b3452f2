#pragma once

#include <datasource/connector/credentials.hpp>
#include <datasource/connector/validation.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/service/store.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace datasource {

/// 128 random bits as 32 hexadecimal digits.
inline std::string random_id() {
  constexpr std::string_view hex = "0123456789abcdef";
  std::random_device device;
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
  /// @param serves Whether the engine reads sources of a connector; others are refused.
  Registry(std::unique_ptr<Store> store, std::function<std::string()> next_id,
           std::function<bool(const Connector&)> serves)
      : store_{std::move(store)}, next_id_{std::move(next_id)}, serves_{std::move(serves)} {}

  /// All sources with their secrets, by name. Errors: the store's.
  [[nodiscard]] Result<std::vector<DataSource>> list() { return store_->list(); }

  /// What keeps the sources, and gives ids to new ones, for a dialect with rules of its own.
  [[nodiscard]] Store& store() { return *store_; }
  /// Gives the id of a new source.
  [[nodiscard]] const std::function<std::string()>& next_id() const { return next_id_; }

  /// Errors: `not_found`.
  [[nodiscard]] Result<DataSource> get(const std::string& name) {
    auto found = store_->find(name);
    if (!found) return fail(found.error());
    if (!*found) return fail(missing(name));
    return std::move(**found);
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
    if (const auto masked = masked_secrets(source.connector); !masked.empty())
      return fail(masks(masked, "it is the mask of a read reply, not a ", "", "itself"));
    if (auto violations = violations_of(source); !violations.empty()) return fail(invalid(std::move(violations)));
    const auto taken = store_->find_any_case(source.name);
    if (!taken) return fail(taken.error());
    if (*taken) {
      return fail({.kind = ErrorKind::conflict,
                   .message = "name: a data source named " + detail::in_quotes((*taken)->name) +
                              " exists; choose another name or update it",
                   .field = "name"});
    }
    return source;
  }

  /// Replaces everything but the id; a masked secret keeps the stored one. Errors: `not_found`, `invalid`.
  [[nodiscard]] Result<Acknowledgement> update(DataSource source) {
    auto checked = updatable(std::move(source));
    if (!checked) return fail(checked.error());
    return write(std::move(*checked), "Updated DataSource with name ");
  }

  /// A source as update() would store it. Errors: as update().
  [[nodiscard]] Result<DataSource> updatable(DataSource source) {
    const auto stored = get(source.name);
    if (!stored) return fail(stored.error());
    auto completed = complete(std::move(source));
    if (!completed) return fail(completed.error());
    completed->id = stored->id;
    return completed;
  }

  /// Errors: `not_found`.
  [[nodiscard]] Result<Acknowledgement> remove(const std::string& name) {
    auto stored = get(name);
    if (!stored) return fail(stored.error());
    const auto removed = store_->remove(name);
    if (!removed) return fail(removed.error());
    return Acknowledgement{
        .id = stored->id, .name = name, .status = std::nullopt, .message = "Deleted DataSource with name " + name};
  }

  /// A source as it would be stored: credentials taken out of its endpoint, the secrets of a stored one of that name in
  /// place of masks, all rules checked. A mask is replaced only where the source reaches the same server as the same
  /// user: otherwise anybody who may write could send the stored password to a server of their own. Errors: `invalid`.
  [[nodiscard]] Result<DataSource> complete(DataSource source) {
    source.connector = with_credentials_apart(std::move(source.connector));
    if (const auto masked = masked_secrets(source.connector); !masked.empty()) {
      const auto stored = store_->find(source.name);
      if (!stored) return fail(stored.error());
      if (!*stored || !same_target((*stored)->connector, source.connector) ||
          !unmask(source.connector, (*stored)->connector))
        return fail(masks(masked, "the stored ", " is kept only for the same server and user", "again"));
    }
    if (auto violations = violations_of(source); !violations.empty()) return fail(invalid(std::move(violations)));
    return source;
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
      sources.push_back(std::move(**found));
    }
    return sources;
  }

 private:
  static Error missing(const std::string& name) {
    return {.kind = ErrorKind::not_found,
            .message = "there is no data source named " + detail::in_quotes(name),
            .field = "name"};
  }

  /// All broken rules, and whether an engine here reads the connector at all.
  [[nodiscard]] std::vector<Violation> violations_of(const DataSource& source) const {
    const Connector* connector = find_connector(source.connector.id);
    if (connector == nullptr || serves_(*connector)) return validate(source);
    std::vector<Violation> violations = detail::common_rules(source);
    violations.push_back({"connector", "unsupported_connector",
                          "the engine here does not read " + std::string{connector->title} +
                              (connector->in_opensearch() ? ", an OpenSearch does" : ""),
                          "use one of " + connector_ids(serves_)});
    return violations;
  }

  static Error masks(const std::vector<MaskedSecret>& masked, const char* before, const char* after, const char* how) {
    std::vector<Violation> violations;
    for (const auto& [path, title] : masked)
      violations.push_back({path, "masked_secret", before + title + after, "give the " + title + ' ' + how});
    return invalid(std::move(violations));
  }

  Result<Acknowledgement> write(DataSource source, const char* message) {
    if (source.result_index.empty())
      source.result_index = "query_execution_result_" + detail::to_lower(std::string_view{source.name});
    if (const auto stored = store_->put(source); !stored) return fail(stored.error());
    return Acknowledgement{
        .id = source.id, .name = source.name, .status = source.status, .message = message + source.name};
  }

  std::unique_ptr<Store> store_;
  std::function<std::string()> next_id_;
  std::function<bool(const Connector&)> serves_;
};

}  // namespace datasource
