#pragma once

#include "cache/sealed_file.hpp"
#include "registry/master_key.hpp"

#include <datasource/protocol/opensearch/result_indexes.hpp>
#include <datasource/service/result_cache.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::gateway {

/// Replies that may be given again, in files of a folder, a subfolder for each result index. Files are sealed with the
/// master key: they hold what is in the sources. Their total size is bounded; what was not used for longest goes first.
/// They survive a restart. Losing one is no harm, so nothing waits for the disk.
class ResultCache {
 public:
  using Milliseconds = std::chrono::milliseconds;

  /// What is kept of a reply beside its bytes.
  struct Entry {
    std::string index = {};
    std::string digest = {};  ///< Of what it is kept under.
    Milliseconds created{0};  ///< Since 1970: when its statement began.
    Milliseconds ttl{0};
    std::uint64_t bytes = 0;  ///< Of its file.
  };

  /// A reply that is being given again. It stays readable when its file is removed meanwhile.
  class Reader {
   public:
    Reader(SealedReader file, Milliseconds age) : file_{std::move(file)}, age_{age} {}
    [[nodiscard]] Milliseconds age() const noexcept { return age_; }
    /// The next part of the body; empty at its end. Errors: `server` for a file that was changed.
    [[nodiscard]] Result<std::string> next() { return file_.next(); }
    /// Once the end was reached: how many rows it has.
    [[nodiscard]] std::uint64_t rows() const { return file_.rows(); }

   private:
    SealedReader file_;
    Milliseconds age_;
  };

  /// A reply that is being kept while it is sent. Without `keep` it is discarded.
  class Writer {
   public:
    Writer(ResultCache& cache, Entry entry, SealedWriter file);
    Writer(Writer&&) = default;
    Writer& operator=(Writer&&) = delete;

    /// Takes a part of the body. One that does not fit discards all of it.
    void add(std::string_view bytes);
    /// The body is whole, and has so many rows.
    void keep(std::uint64_t rows);

   private:
    ResultCache* cache_;
    Entry entry_;
    std::optional<SealedWriter> file_;
    std::uint64_t generation_;
  };

  /// @param bytes Most bytes of all files; 0: nothing is kept.
  ResultCache(std::filesystem::path folder, std::uint64_t bytes, const MasterKey& key);

  /// Makes the folder and reads what it has. Errors: `server`.
  [[nodiscard]] Result<void> open();
  [[nodiscard]] bool enabled() const noexcept { return most_ > 0; }

  /// The reply that may be given again. One that is too old for the caller stays for others.
  [[nodiscard]] std::optional<Reader> find(const ResultCaching& wanted);
  /// Begins to keep a reply. Nothing when that cannot be done, which the log tells.
  [[nodiscard]] std::optional<Writer> begin(const ResultCaching& caching);

  /// By name.
  [[nodiscard]] std::vector<ResultIndex> indexes() const;
  /// Removes what an index keeps, and what is being added to it.
  ResultIndex clear(const std::string& index);
  /// Removes what is too old to be given again.
  void sweep();

  [[nodiscard]] std::uint64_t bytes() const noexcept { return total_; }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  using Key = std::pair<std::string, std::string>;  ///< Index and digest.
  struct Kept {
    Entry entry;
    std::list<Key>::iterator use;
  };
  using Entries = std::map<Key, Kept>;

  [[nodiscard]] std::string digest_of(std::string_view key) const;
  [[nodiscard]] std::filesystem::path path_of(const Entry& entry) const;
  void read_folder(const std::filesystem::path& folder);
  void insert(Entry entry);
  Entries::iterator remove(Entries::iterator entry);
  void make_room();

  std::filesystem::path folder_;
  std::uint64_t most_;
  MasterKey key_;
  Entries entries_;
  std::list<Key> uses_;  ///< The last used first.
  std::uint64_t total_ = 0;
  std::uint64_t generation_ = 0;  ///< Counts what empties indexes.
};

}  // namespace datasource::gateway
