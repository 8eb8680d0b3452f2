#pragma once

#include "file_descriptor.hpp"
#include "registry/master_key.hpp"

#include <datasource/model/error.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::gateway {

/// Writes a file in parts, each sealed under the file's name and its place in it, so that parts can neither be changed
/// nor moved nor left out. It has a temporary name until it is finished, and is removed when it is not.
///
/// A part is the length of what follows (4 bytes, little-endian) and the sealed bytes; the last one holds the number of
/// rows.
class SealedWriter {
 public:
  /// Errors: `server`, with the system's reason.
  [[nodiscard]] static Result<SealedWriter> create(std::filesystem::path draft, std::string name, const MasterKey& key);
  SealedWriter(SealedWriter&& other) noexcept
      : file_{std::move(other.file_)},
        draft_{std::exchange(other.draft_, {})},
        name_{std::move(other.name_)},
        key_{other.key_},
        parts_{other.parts_},
        size_{other.size_} {}
  SealedWriter& operator=(SealedWriter&&) = delete;
  ~SealedWriter();

  /// Errors: `server`, such as for a disk that is full.
  [[nodiscard]] Result<void> add(std::string_view bytes) { return write(bytes, false); }
  /// Writes the last part and gives the file its path. Errors: `server`.
  [[nodiscard]] Result<void> finish(std::uint64_t rows);
  /// Moves the finished file. Errors: `server`.
  [[nodiscard]] Result<void> rename(const std::filesystem::path& path);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  SealedWriter(FileDescriptor file, std::filesystem::path draft, std::string name, const MasterKey& key)
      : file_{std::move(file)}, draft_{std::move(draft)}, name_{std::move(name)}, key_{key} {}
  [[nodiscard]] Result<void> write(std::string_view bytes, bool last);

  FileDescriptor file_;
  std::filesystem::path draft_;  ///< Empty once it is not to be removed.
  std::string name_;
  MasterKey key_;
  std::uint64_t parts_ = 0;
  std::uint64_t size_ = 0;
};

/// Reads such a file, part by part.
class SealedReader {
 public:
  /// @param size What the file's size must be. Errors: `not_found`; `server` for another size.
  [[nodiscard]] static Result<SealedReader> open(const std::filesystem::path& path, std::string name,
                                                 const MasterKey& key, std::uint64_t size);

  /// The next part; empty at the end. Errors: `server` for a file that was changed.
  [[nodiscard]] Result<std::string> next();
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  SealedReader(FileDescriptor file, std::string name, const MasterKey& key, std::uint64_t size)
      : file_{std::move(file)}, name_{std::move(name)}, key_{key}, left_{size} {}
  [[nodiscard]] bool read(char* to, std::size_t size);

  FileDescriptor file_;
  std::string name_;
  MasterKey key_;
  std::uint64_t left_;
  std::uint64_t parts_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace datasource::gateway
