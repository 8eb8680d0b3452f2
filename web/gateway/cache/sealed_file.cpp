#include "cache/sealed_file.hpp"

#include "registry/files.hpp"
#include "registry/seal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace datasource::gateway {
namespace {

/// A part is a piece of a reply; one that claims to be larger is none of ours.
constexpr std::uint32_t largest_part = 65U << 20;

std::string context(const std::string& name, std::uint64_t part, bool last) {
  return "result " + name + ' ' + std::to_string(part) + (last ? " last" : "");
}

}  // namespace

Result<SealedWriter> SealedWriter::create(std::filesystem::path draft, std::string name, const MasterKey& key) {
  FileDescriptor file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file) return file_error("create", draft);
  return SealedWriter{std::move(file), std::move(draft), std::move(name), key};
}

SealedWriter::~SealedWriter() {
  if (!draft_.empty()) ::unlink(draft_.c_str());
}

Result<void> SealedWriter::write(std::string_view bytes, bool last) {
  auto sealed = seal(key_, context(name_, parts_++, last), bytes);
  if (!sealed) return fail(sealed.error());
  const auto length = static_cast<std::uint32_t>(sealed->size());
  std::string part{static_cast<char>(length & 255), static_cast<char>(length >> 8 & 255),
                   static_cast<char>(length >> 16 & 255), static_cast<char>(length >> 24 & 255)};
  part += *sealed;
  size_ += part.size();
  for (std::string_view rest = part; !rest.empty();) {
    const ssize_t count = ::write(file_.get(), rest.data(), rest.size());
    if (count < 0 && errno != EINTR) return file_error("write", draft_);
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> SealedWriter::finish(std::uint64_t rows) { return write(std::to_string(rows), true); }

Result<void> SealedWriter::rename(const std::filesystem::path& path) {
  if (::rename(draft_.c_str(), path.c_str()) != 0) return file_error("create", path);
  draft_.clear();
  return {};
}

Result<SealedReader> SealedReader::open(const std::filesystem::path& path, std::string name, const MasterKey& key,
                                        std::uint64_t size) {
  FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return fail(ErrorKind::not_found, "there is no file " + path.string());
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || static_cast<std::uint64_t>(status.st_size) != size)
    return fail(ErrorKind::server, path.string() + " is not whole");
  return SealedReader{std::move(file), std::move(name), key, size};
}

bool SealedReader::read(char* to, std::size_t size) {
  if (size > left_) return false;
  left_ -= size;
  while (size > 0) {
    const ssize_t count = ::read(file_.get(), to, size);
    if (count == 0 || (count < 0 && errno != EINTR)) return false;
    if (count < 0) continue;
    to += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

Result<std::string> SealedReader::next() {
  const auto broken = [] { return fail(ErrorKind::server, "a kept result cannot be read"); };
  if (left_ == 0) return std::string{};
  std::array<char, 4> header;
  if (!read(header.data(), header.size())) return broken();
  std::uint32_t length = 0;
  for (int i = 3; i >= 0; --i) length = length << 8 | static_cast<unsigned char>(header[static_cast<std::size_t>(i)]);
  if (length > largest_part || length > left_) return broken();
  std::string sealed(length, '\0');
  if (!read(sealed.data(), sealed.size())) return broken();
  const bool last = left_ == 0;
  auto part = unseal(key_, context(name_, parts_++, last), sealed);
  if (!part) return broken();
  if (!last) return part;
  rows_ = std::strtoull(part->c_str(), nullptr, 10);
  return std::string{};
}

}  // namespace datasource::gateway
