#include "client/completion.hpp"

#include <CLI/CLI.hpp>

#include <vector>

namespace datasource::gateway {
namespace {

/// Commands that take names of data sources.
bool takes_names(const std::string& path) {
  for (const std::string_view each : {"get", "delete", "test", "patch", "schema"}) {
    if (path == "sources " + std::string{each}) return true;
  }
  return false;
}

std::string options_of(const CLI::App& app) {
  std::string words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words += " --" + name;
  }
  return words;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  std::vector<const CLI::App*> commands;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) commands.push_back(command);
  }
  return commands;
}

void bash_case(const CLI::App& app, const std::string& path, std::string& cases) {
  std::string words = options_of(app);
  for (const CLI::App* command : commands_of(app)) words += ' ' + command->get_name();
  cases += "    '" + path + "') words='" + words.substr(words.empty() ? 0 : 1) + "'";
  if (takes_names(path))
    cases += "; [[ $current == -* ]] || words+=\" $(datasource sources list --names 2>/dev/null)\"";
  cases += " ;;\n";
  for (const CLI::App* command : commands_of(app))
    bash_case(*command, path.empty() ? command->get_name() : path + ' ' + command->get_name(), cases);
}

void known_paths(const CLI::App& app, const std::string& path, std::string& paths) {
  for (const CLI::App* command : commands_of(app)) {
    const std::string below = path.empty() ? command->get_name() : path + ' ' + command->get_name();
    paths += (paths.empty() ? "'" : "|'") + below + '\'';
    known_paths(*command, below, paths);
  }
}

std::string bash(const CLI::App& program) {
  std::string cases, paths;
  bash_case(program, "", cases);
  known_paths(program, "", paths);
  return "_datasource() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} path='' word words=''\n"
         "  COMPREPLY=()\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case \"${path:+$path }$word\" in\n      " +
         paths +
         ") path=\"${path:+$path }$word\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case $path in\n" +
         cases +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "}\n"
         "complete -o default -F _datasource datasource\n";
}

std::string quoted(std::string text) {
  for (std::size_t at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 4))
    text.replace(at, 1, "'\\''");
  return '\'' + text + '\'';
}

void fish_lines(const CLI::App& app, const std::string& path, std::string& lines) {
  std::string seen = "__fish_use_subcommand";
  if (!path.empty()) {
    seen.clear();
    for (std::size_t at = 0; at < path.size();) {
      const std::size_t end = std::min(path.find(' ', at), path.size());
      seen += (seen.empty() ? "" : "; and ") + std::string{"__fish_seen_subcommand_from "} + path.substr(at, end - at);
      at = end + 1;
    }
  }
  const std::string head = "complete -c datasource -n '" + seen + "' ";
  for (const CLI::App* command : commands_of(app))
    lines += head + "-f -a " + command->get_name() + " -d " + quoted(command->get_description()) + '\n';
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      lines += head + "-l " + name + " -d " + quoted(option->get_description()) + '\n';
  }
  if (takes_names(path)) lines += head + "-f -a '(datasource sources list --names 2>/dev/null)'\n";
  for (const CLI::App* command : commands_of(app))
    fish_lines(*command, path.empty() ? command->get_name() : path + ' ' + command->get_name(), lines);
}

}  // namespace

std::string completion_script(const CLI::App& program, std::string_view shell) {
  if (shell == "fish") {
    std::string lines;
    fish_lines(program, "", lines);
    return lines;
  }
  return (shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "") + bash(program);
}

}  // namespace datasource::gateway
