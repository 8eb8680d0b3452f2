#include "registry/data_directory.hpp"

#include "environment.hpp"
#include "wipe.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace datasource::gateway {

Result<DataDirectory> DataDirectory::open(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  const bool made = !error && std::filesystem::create_directories(absolute, error);
  if (error) return fail(ErrorKind::forbidden, "could not make " + absolute.string() + ": " + error.message());
  if (made) {
    ::chmod(absolute.c_str(), 0700);
  } else if (struct stat status{}; ::stat(absolute.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    // A folder that was there before may be somebody's home: closing it to others is not this program's to decide.
    if (::access((absolute / "registry.db").c_str(), F_OK) != 0 && !std::filesystem::is_empty(absolute, error)) {
      return fail(ErrorKind::forbidden,
                  absolute.string() +
                      " is not empty and others may enter it; choose another folder, or run: chmod 700 " +
                      absolute.string());
    }
    if (::chmod(absolute.c_str(), 0700) != 0)
      return fail(ErrorKind::forbidden, absolute.string() + " is open to others and is not ours to close");
  }
  FileDescriptor lock{::open((absolute / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!lock) return fail(ErrorKind::forbidden, "could not write to " + absolute.string() + ": " + std::strerror(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorKind::conflict, absolute.string() + " is in use by another gateway");
  return DataDirectory{std::move(absolute), std::move(lock)};
}

Result<MasterKey> DataDirectory::master_key() const {
  if (auto text = take_from_environment("DATASOURCE_MASTERKEY")) {
    auto key = parse_master_key(*text);
    wipe(*text);
    if (!key) return fail(ErrorKind::invalid, "environment variable DATASOURCE_MASTERKEY: " + key.error().message);
    return key;
  }
  const std::filesystem::path file = path_ / "masterkey";
  auto key = read_master_key(file);
  if (key || key.error().kind != ErrorKind::not_found) return key;
  if (::access(registry().c_str(), F_OK) == 0) {
    return fail(ErrorKind::not_found, file.string() + " is missing and " + registry().string() +
                                          " was sealed with it; restore the file or set DATASOURCE_MASTERKEY");
  }
  return create_master_key(file);
}

}  // namespace datasource::gateway
