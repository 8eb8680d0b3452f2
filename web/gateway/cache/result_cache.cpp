#include "cache/result_cache.hpp"

#include <datasource/service/registry.hpp>

#include <openssl/hmac.h>
#include <spdlog/spdlog.h>

#include <array>
#include <charconv>
#include <iterator>
#include <system_error>

namespace datasource::gateway {
namespace {

namespace fs = std::filesystem;
using Milliseconds = ResultCache::Milliseconds;

/// One reply takes at most this part of the whole.
constexpr std::uint64_t largest_share = 4;
constexpr std::string_view draft_ending = ".draft";

Milliseconds now() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now().time_since_epoch()); }

/// What the parts of a file are sealed under: all of its name but its size, which is not known before its end.
std::string sealed_name(const ResultCache::Entry& entry) {
  return entry.index + '/' + entry.digest + '-' + std::to_string(entry.created.count()) + '-' +
         std::to_string(entry.ttl.count());
}

/// `digest-created-ttl-bytes`, the numbers in decimal.
std::optional<ResultCache::Entry> read_name(std::string index, std::string_view name) {
  ResultCache::Entry entry{.index = std::move(index)};
  const std::size_t end = name.find('-');
  if (end != 64) return std::nullopt;
  entry.digest = name.substr(0, end);
  std::array<std::uint64_t, 3> numbers{};
  const char* at = name.data() + end;
  for (std::uint64_t& number : numbers) {
    if (at == name.data() + name.size() || *at++ != '-') return std::nullopt;
    const auto [rest, error] = std::from_chars(at, name.data() + name.size(), number);
    if (error != std::errc{}) return std::nullopt;
    at = rest;
  }
  if (at != name.data() + name.size()) return std::nullopt;
  entry.created = Milliseconds{static_cast<Milliseconds::rep>(numbers[0])};
  entry.ttl = Milliseconds{static_cast<Milliseconds::rep>(numbers[1])};
  entry.bytes = numbers[2];
  return entry;
}

void remove_file(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

}  // namespace

ResultCache::ResultCache(fs::path folder, std::uint64_t bytes, const MasterKey& key)
    : folder_{std::move(folder)}, most_{bytes}, key_{key} {}

Result<void> ResultCache::open() {
  std::error_code error;
  if (!enabled()) {
    fs::remove_all(folder_, error);  // what was kept by an earlier run would never go
    return {};
  }
  fs::create_directories(folder_, error);
  if (!error) fs::permissions(folder_, fs::perms::owner_all, error);
  if (error) return fail(ErrorKind::server, "could not make " + folder_.string() + ": " + error.message());
  for (const auto& index : fs::directory_iterator{folder_, error}) {
    if (index.is_directory(error)) read_folder(index.path());
  }
  sweep();
  make_room();
  return {};
}

void ResultCache::read_folder(const fs::path& folder) {
  std::error_code error;
  for (const auto& file : fs::directory_iterator{folder, error}) {
    auto entry = read_name(folder.filename().string(), file.path().filename().string());
    if (!entry || file.file_size(error) != entry->bytes) {
      remove_file(file.path());  // a draft, or what a crash left of a file
    } else {
      insert(std::move(*entry));
    }
  }
}

std::string ResultCache::digest_of(std::string_view key) const {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  ::HMAC(EVP_sha256(), key_.bytes().data(), MasterKey::size, reinterpret_cast<const unsigned char*>(key.data()),
         key.size(), digest.data(), &length);
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text += hex[byte >> 4];
    text += hex[byte & 15];
  }
  return text;
}

fs::path ResultCache::path_of(const Entry& entry) const {
  return folder_ / (sealed_name(entry) + '-' + std::to_string(entry.bytes));
}

void ResultCache::insert(Entry entry) {
  const Key key{entry.index, entry.digest};
  if (const auto before = entries_.find(key); before != entries_.end()) {
    if (path_of(before->second.entry) != path_of(entry)) remove_file(path_of(before->second.entry));
    total_ -= before->second.entry.bytes;
    uses_.erase(before->second.use);
    entries_.erase(before);
  }
  total_ += entry.bytes;
  uses_.push_front(key);
  entries_.emplace(key, Kept{std::move(entry), uses_.begin()});
}

ResultCache::Entries::iterator ResultCache::remove(Entries::iterator entry) {
  remove_file(path_of(entry->second.entry));
  total_ -= entry->second.entry.bytes;
  uses_.erase(entry->second.use);
  return entries_.erase(entry);
}

void ResultCache::make_room() {
  while (total_ > most_ && !uses_.empty()) remove(entries_.find(uses_.back()));
}

std::optional<ResultCache::Reader> ResultCache::find(const ResultCaching& wanted) {
  if (!enabled()) return std::nullopt;
  const auto found = entries_.find({wanted.index, digest_of(wanted.key)});
  if (found == entries_.end()) return std::nullopt;
  const Entry& entry = found->second.entry;
  const Milliseconds age = now() - entry.created;
  if (age < Milliseconds{0} || age >= entry.ttl) {  // the clock may have been set back
    remove(found);
    return std::nullopt;
  }
  if (age >= wanted.limit) return std::nullopt;
  auto file = SealedReader::open(path_of(entry), sealed_name(entry), key_, entry.bytes);
  if (!file) {
    spdlog::warn("a kept result is dropped: {}", file.error().message);
    remove(found);
    return std::nullopt;
  }
  uses_.splice(uses_.begin(), uses_, found->second.use);
  return Reader{std::move(*file), age};
}

std::optional<ResultCache::Writer> ResultCache::begin(const ResultCaching& caching) {
  if (!enabled()) return std::nullopt;
  Entry entry{.index = caching.index, .digest = digest_of(caching.key), .created = now(), .ttl = caching.ttl};
  std::error_code error;
  fs::create_directory(folder_ / entry.index, error);
  auto file =
      SealedWriter::create(folder_ / entry.index / (random_id() + std::string{draft_ending}), sealed_name(entry), key_);
  if (!file) {
    spdlog::warn("a result is not kept: {}", file.error().message);
    return std::nullopt;
  }
  return Writer{*this, std::move(entry), std::move(*file)};
}

std::vector<ResultIndex> ResultCache::indexes() const {
  std::vector<ResultIndex> all;
  for (const auto& [key, kept] : entries_) {
    if (all.empty() || all.back().name != key.first) all.push_back({.name = key.first});
    ++all.back().results;
    all.back().bytes += kept.entry.bytes;
  }
  return all;
}

ResultIndex ResultCache::clear(const std::string& index) {
  ResultIndex cleared{.name = index};
  ++generation_;
  for (auto each = entries_.lower_bound({index, {}}); each != entries_.end() && each->first.first == index;) {
    ++cleared.results;
    cleared.bytes += each->second.entry.bytes;
    each = remove(each);
  }
  if (cleared.results > 0) {
    std::error_code ignored;
    fs::remove(folder_ / index, ignored);  // stays where something is being added
  }
  return cleared;
}

void ResultCache::sweep() {
  const Milliseconds time = now();
  for (auto each = entries_.begin(); each != entries_.end();) {
    const Entry& entry = each->second.entry;
    each = time - entry.created >= entry.ttl ? remove(each) : std::next(each);
  }
}

ResultCache::Writer::Writer(ResultCache& cache, Entry entry, SealedWriter file)
    : cache_{&cache}, entry_{std::move(entry)}, file_{std::move(file)}, generation_{cache.generation_} {}

void ResultCache::Writer::add(std::string_view bytes) {
  if (!file_ || bytes.empty()) return;
  const bool fits = file_->size() + bytes.size() <= cache_->most_ / largest_share;
  const auto added = fits ? file_->add(bytes) : Result<void>{};
  if (!added) spdlog::warn("a result is not kept: {}", added.error().message);
  if (!fits || !added) file_.reset();
}

void ResultCache::Writer::keep(std::uint64_t rows) {
  if (!file_ || generation_ != cache_->generation_) return;
  auto kept = file_->finish(rows);
  entry_.bytes = file_->size();
  if (kept) kept = file_->rename(cache_->path_of(entry_));
  if (!kept) {
    spdlog::warn("a result is not kept: {}", kept.error().message);
  } else {
    cache_->insert(std::move(entry_));
    cache_->make_room();
  }
  file_.reset();
}

}  // namespace datasource::gateway
