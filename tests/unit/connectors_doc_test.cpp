#include <datasource/connector/catalogue.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

namespace connectors_doc_test {

namespace ds = datasource;

namespace {

std::string code(std::string_view text) { return "`" + std::string{text} + "`"; }

/// Text as it stands in the cell of a table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string{"\\|"} : std::string{c};
  return escaped;
}

std::string choices(const ds::Field& field) {
  std::string text;
  for (const ds::Choice& choice : field.choices) text += (text.empty() ? "" : ", ") + code(choice.value);
  return text;
}

std::string rule(const ds::Field& field) {
  switch (field.type) {
    case ds::FieldType::choice: return choices(field);
    case ds::FieldType::port:
    case ds::FieldType::integer: return std::to_string(field.minimum) + " to " + std::to_string(field.maximum);
    case ds::FieldType::boolean: return "`true`, `false`";
    case ds::FieldType::host: return "a host name or an address";
    case ds::FieldType::url: return "an `http://` or `https://` URL";
    case ds::FieldType::path: return "an absolute path";
    case ds::FieldType::secret:
    case ds::FieldType::text: break;
  }
  const std::string form = field.form == nullptr ? std::string{} : std::string{field.form->name};
  if (!field.secret()) return form.empty() ? "text" : form;
  return form.empty() ? "secret" : "secret, " + form;
}

/// Where a field is of use only at times, at which.
std::string condition(const ds::Connector& connector, const ds::Field& field) {
  if (field.only_when == nullptr) return {};
  const auto& [other, values] = *field.only_when;
  return " Only with " + code(connector.field(other)->path()) + ' ' + code(values[0]) +
         (values[1].empty() ? "" : " or " + code(values[1])) + '.';
}

std::string row(const ds::Field& field, const std::string& end = {}) {
  std::string place = code(field.path());
  if (field.also != field.place) place += ", " + code(field.path(field.also));
  const std::string value = field.required ? "required" : field.fallback.empty() ? "" : code(field.fallback);
  const std::string separator = field.help.empty() && end.empty() ? "" : field.help.empty() ? "." : ". ";
  return "| " + cell(place) + " | " + cell(rule(field)) + " | " + cell(value) + " | " +
         cell(std::string{field.title} + separator + std::string{field.help} + end) + " |\n";
}

std::string list(const ds::Connector& connector, std::span<const std::string_view> keys) {
  std::string text;
  for (const std::string_view key : keys) text += (text.empty() ? "" : ", ") + code(connector.field(key)->path());
  return text;
}

std::string section(const ds::Connector& connector) {
  std::string text = "## " + std::string{connector.title} + "\n\n" + code(connector.id) + ": " +
                     std::string{connector.description} + " Read by ";
  std::vector<std::string> readers;
  if (connector.in_duckdb()) readers.emplace_back("the embedded DuckDB");
  if (connector.in_trino()) readers.emplace_back("a Trino");
  if (connector.in_opensearch()) readers.emplace_back("an OpenSearch");
  for (std::size_t i = 0; i < readers.size(); ++i)
    text += (i == 0 ? "" : i + 1 == readers.size() ? " and " : ", ") + readers[i];
  text += readers.empty() ? "no engine yet: a server refuses it.\n\n" : ".\n\n";
  if (connector.fields.empty()) return text + "It has no fields.\n\n";
  text += "| Where | What | Default | Meaning |\n|---|---|---|---|\n";
  for (const ds::Field& field : connector.fields) text += row(field, condition(connector, field));
  text += '\n';
  for (const ds::Requirement& requirement : connector.requirements) {
    const std::string when = requirement.value.empty() ? "" : " " + code(requirement.value);
    text += "- " + code(connector.field(requirement.field)->path()) + when + " needs " +
            list(connector, requirement.needs) + ".\n";
  }
  for (const ds::Implication& implication : connector.implications)
    text += "- " + code(connector.field(implication.given)->path()) + " alone means " +
            code(connector.field(implication.field)->path()) + " " + code(implication.value) + ".\n";
  if (!connector.requirements.empty() || !connector.implications.empty()) text += '\n';
  if (connector.endpoints.empty()) return text;
  text += "`configuration.endpoint`:\n\n";
  for (const ds::EndpointForm& form : connector.endpoints) text += "- " + code(form.example) + "\n";
  std::string parameters;
  for (const ds::EndpointParameter& parameter : connector.endpoints.front().parameters)
    parameters += (parameters.empty() ? "" : ", ") + code(parameter.name);
  if (!parameters.empty()) text += "\nParameters: " + parameters + ".\n";
  return text + '\n';
}

/// docs/connectors.md as the catalogue has it.
std::string reference() {
  std::string text =
      "# Connectors\n\n"
      "Every connector and every field of it, as `GET …/_connectors`, the dashboard's form and `validate()` have them. "
      "This "
      "page is made from the catalogue\nin `include/datasource/connector`; "
      "`DATASOURCE_WRITE_DOCS=1 build/debug/tests/unit_tests \"docs/connectors.md is what the catalogue says\"` writes "
      "it anew.\n\n";
  text +=
      "## Every source\n\nWhatever its connector; an OpenSearch does not know these.\n\n| Where | What | Default | "
      "Meaning |\n|---|---|---|---|\n";
  for (const ds::Field& field : ds::source_fields) text += row(field);
  text += '\n';
  for (const ds::Connector* connector : ds::catalogue) text += section(*connector);
  text.pop_back();
  return text;
}

}  // namespace

TEST_CASE("docs/connectors.md is what the catalogue says") {
  const std::string path = DATASOURCE_DOCS "/connectors.md";
  if (std::getenv("DATASOURCE_WRITE_DOCS") != nullptr) std::ofstream{path} << reference();
  std::ostringstream committed;
  committed << std::ifstream{path}.rdbuf();
  CHECK(committed.str() == reference());
}

}  // namespace connectors_doc_test
