#include "registry/files.hpp"

#include "file_descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace datasource::gateway {

tl::unexpected<Error> file_error(const char* what, const std::filesystem::path& file) {
  const int reason = errno;
  return fail(ErrorKind::server, std::string{"could not "} + what + ' ' + file.string() + ": " + std::strerror(reason));
}

Result<std::string> read_file(const std::filesystem::path& file) {
  const FileDescriptor input{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!input) return file_error("open", file);
  std::string text;
  std::array<char, 16384> part;
  for (;;) {
    const ssize_t count = ::read(input.get(), part.data(), part.size());
    if (count == 0) return text;
    if (count > 0) {
      text.append(part.data(), static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return file_error("read", file);
    }
  }
}

Result<void> write_file_durably(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path draft = file;
  draft += ".new";
  ::unlink(draft.c_str());  // left behind by a crash
  const FileDescriptor output{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!output) return file_error("create", draft);
  while (!text.empty()) {
    const ssize_t count = ::write(output.get(), text.data(), text.size());
    if (count < 0 && errno != EINTR) return file_error("write", draft);
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fsync(output.get()) != 0) return file_error("write", draft);
  if (::rename(draft.c_str(), file.c_str()) != 0) return file_error("create", file);
  return sync_folder(file.parent_path());
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const FileDescriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!directory || ::fsync(directory.get()) != 0) return file_error("write", folder);
  return {};
}

}  // namespace datasource::gateway
