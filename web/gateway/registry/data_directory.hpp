#pragma once

#include "file_descriptor.hpp"
#include "registry/master_key.hpp"

#include <datasource/model/error.hpp>

#include <filesystem>
#include <utility>

namespace datasource::gateway {

/// The folder that holds a gateway's state. Only its owner may enter it, and only one gateway at a time may use it.
class DataDirectory {
 public:
  /// Makes the folder when it is not there, and locks it until this object goes. Errors: `conflict` when another
  /// gateway has it, `forbidden` or `server` when it cannot be used.
  [[nodiscard]] static Result<DataDirectory> open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path registry() const { return path_ / "registry.db"; }
  [[nodiscard]] std::filesystem::path health() const { return path_ / "health.db"; }
  [[nodiscard]] std::filesystem::path results() const { return path_ / "results"; }
  [[nodiscard]] std::filesystem::path samples() const { return path_ / "samples"; }

  /// The key from environment variable DATASOURCE_MASTERKEY, or else from the file `masterkey`, which the first start
  /// makes. A registry without its key is an error: a new key would lose what it holds.
  [[nodiscard]] Result<MasterKey> master_key() const;

 private:
  DataDirectory(std::filesystem::path path, FileDescriptor lock) : path_{std::move(path)}, lock_{std::move(lock)} {}

  std::filesystem::path path_;
  FileDescriptor lock_;
};

}  // namespace datasource::gateway
