#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datasource::duckdb {

enum class FileFormat { parquet, csv, json };

constexpr std::string_view to_string(FileFormat format) {
  return format == FileFormat::parquet ? "parquet" : format == FileFormat::csv ? "csv" : "json";
}

/// Files that are read as one table.
struct FileTable {
  std::string name = {};
  FileFormat format = FileFormat::parquet;
  std::vector<std::string> files = {};  ///< Absolute paths, sorted.
};

namespace detail {

namespace fs = std::filesystem;

/// A name without the endings that say how the file is packed: `a.csv.gz` is `a.csv`.
inline std::string_view without_compression(std::string_view name) {
  for (const std::string_view ending : {".gz", ".zst"}) {
    if (name.size() > ending.size() && datasource::detail::iequals(name.substr(name.size() - ending.size()), ending))
      return name.substr(0, name.size() - ending.size());
  }
  return name;
}

inline std::string table_name_of(std::string_view file_name) {
  const std::string_view name = without_compression(file_name);
  const auto dot = name.rfind('.');
  return std::string{dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot)};
}

/// The format that `setting` names, or for `auto` the one that the name's ending tells; nothing when it is no data
/// file.
inline std::optional<FileFormat> format_of(std::string_view file_name, std::string_view setting) {
  using datasource::detail::iequals;
  for (const FileFormat format : {FileFormat::parquet, FileFormat::csv, FileFormat::json}) {
    if (setting == to_string(format)) return format;
  }
  const std::string_view name = without_compression(file_name);
  const std::string_view ending = name.substr(std::min(name.size(), name.rfind('.')));
  if (iequals(ending, ".parquet")) return FileFormat::parquet;
  if (iequals(ending, ".csv") || iequals(ending, ".tsv")) return FileFormat::csv;
  if (iequals(ending, ".json") || iequals(ending, ".ndjson") || iequals(ending, ".jsonl")) return FileFormat::json;
  return std::nullopt;
}

/// Whether `path` really lies under `root`: a link that leads out of the folder is not followed.
inline bool lies_under(const fs::path& path, const fs::path& canonical_root) {
  std::error_code error;
  const fs::path canonical = fs::canonical(path, error);
  if (error) return false;
  return std::mismatch(canonical_root.begin(), canonical_root.end(), canonical.begin(), canonical.end()).first ==
         canonical_root.end();
}

/// The data files of a folder and of the folders in it, by format.
inline std::map<FileFormat, std::vector<std::string>> files_under(const fs::path& folder, const fs::path& root,
                                                                  std::string_view setting) {
  constexpr std::size_t most_files = 100'000;
  std::map<FileFormat, std::vector<std::string>> found;
  std::size_t count = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at{folder, fs::directory_options::skip_permission_denied, error}, end;
       !error && at != end && count < most_files; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with('.') || name.starts_with('_')) {
      at.disable_recursion_pending();
      continue;
    }
    const auto format = format_of(name, setting);
    if (!format || !at->is_regular_file(error) || !lies_under(at->path(), root)) continue;
    found[*format].push_back(at->path().string());
    ++count;
  }
  for (auto& [format, files] : found) std::ranges::sort(files);
  return found;
}

/// Tables of one name are told apart by their full names: `events.csv` beside `events.parquet`.
inline void tell_apart(std::vector<FileTable>& tables, const std::vector<std::string>& full_names) {
  std::map<std::string, int> uses;
  for (const FileTable& table : tables) ++uses[datasource::detail::to_lower(table.name)];
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (uses[datasource::detail::to_lower(tables[i].name)] > 1) tables[i].name = full_names[i];
  }
}

}  // namespace detail

namespace detail {

/// Tables out of the paths below a folder: each data file in it is one, and each sub-folder, with all data files at any
/// depth in it. Names that begin with `.` or `_` are left out.
/// @param below Paths relative to the folder, sorted; `full` makes of one what a reader takes.
template <class FullPath>
std::vector<FileTable> tables_of(const std::vector<std::string>& below, std::string_view setting, FullPath&& full) {
  std::map<std::pair<std::string, FileFormat>, std::vector<std::string>> folders;
  std::vector<FileTable> tables;
  std::vector<std::string> full_names;
  for (const std::string& path : below) {
    bool hidden = false;
    for (std::size_t at = 0; at < path.size(); at = std::min(path.find('/', at), path.size() - 1) + 1)
      hidden = hidden || path[at] == '.' || path[at] == '_';
    const std::size_t slash = path.find('/');
    const std::string name = path.substr(path.rfind('/') + 1);
    const auto format = format_of(name, setting);
    if (hidden || !format || name.empty()) continue;
    if (slash == std::string::npos) {
      tables.push_back({table_name_of(name), *format, {full(path)}});
      full_names.push_back(name);
    } else {
      folders[{path.substr(0, slash), *format}].push_back(full(path));
    }
  }
  for (auto& [folder, files] : folders) {
    tables.push_back({folder.first, folder.second, std::move(files)});
    full_names.push_back(folder.first + "." + std::string{to_string(folder.second)});
  }
  tell_apart(tables, full_names);
  std::ranges::sort(tables, {}, &FileTable::name);
  return tables;
}

}  // namespace detail

/// The tables of a `files` source, sorted by name. A file is one table, named as the file without its ending. In a
/// folder each data file is a table, and so is each sub-folder, with all data files at any depth in it. Names that
/// begin with `.` or `_` are left out.
inline Result<std::vector<FileTable>> file_tables(const Settings& settings) {
  namespace fs = std::filesystem;
  const auto setting_of = [&](std::string_view key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string{} : found->second;
  };
  const fs::path path = setting_of("path");
  const std::string setting = setting_of("format");
  std::error_code error;
  const fs::path root = fs::canonical(path, error);
  if (error) {
    return fail({.kind = ErrorKind::connection,
                 .message = path.string() + " cannot be opened: " + error.message() +
                            "; check that it exists on the machine that runs the engine",
                 .field = "properties.path"});
  }
  std::vector<FileTable> tables;
  std::vector<std::string> full_names;
  if (!fs::is_directory(root, error)) {
    const std::string name = path.filename().string();
    const auto format = detail::format_of(name, setting);
    if (!format) {
      return fail({.kind = ErrorKind::invalid,
                   .message = name + " has no ending of a data file; set properties.format to parquet, csv or json",
                   .field = "properties.format"});
    }
    tables.push_back({detail::table_name_of(name), *format, {root.string()}});
    return tables;
  }
  std::vector<fs::path> entries;
  for (fs::directory_iterator at{root, error}, end; !error && at != end; at.increment(error))
    entries.push_back(at->path());
  if (error)
    return fail({.kind = ErrorKind::connection,
                 .message = path.string() + " cannot be listed: " + error.message() + "; let the engine's user read it",
                 .field = "properties.path"});
  std::ranges::sort(entries);
  for (const fs::path& entry : entries) {
    const std::string name = entry.filename().string();
    if (name.starts_with('.') || name.starts_with('_') || !detail::lies_under(entry, root)) continue;
    if (fs::is_directory(entry, error)) {
      for (auto& [format, files] : detail::files_under(entry, root, setting)) {
        tables.push_back({name, format, std::move(files)});
        full_names.push_back(name + "." + std::string{to_string(format)});
      }
    } else if (const auto format = detail::format_of(name, setting); format && fs::is_regular_file(entry, error)) {
      tables.push_back({detail::table_name_of(name), *format, {entry.string()}});
      full_names.push_back(name);
    }
  }
  detail::tell_apart(tables, full_names);
  return tables;
}

}  // namespace datasource::duckdb
