#pragma once

#include <bson/bson.h>
#include <mongoc/mongoc.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// libbson's and libmongoc's objects with an owner.
namespace datasource::remote::mongo {

/// What frees each of them.
struct Destroy {
  /// A URI.
  void operator()(mongoc_uri_t* object) const { mongoc_uri_destroy(object); }
  /// A client, with its connections.
  void operator()(mongoc_client_t* object) const { mongoc_client_destroy(object); }
  /// A cursor; one that is open is ended on the server too.
  void operator()(mongoc_cursor_t* object) const { mongoc_cursor_destroy(object); }
  /// A collection.
  void operator()(mongoc_collection_t* object) const { mongoc_collection_destroy(object); }
  /// A database.
  void operator()(mongoc_database_t* object) const { mongoc_database_destroy(object); }
};

/// An owner of `T`.
template <class T>
using Owned = std::unique_ptr<T, Destroy>;

/// A document that is built member by member.
class Document {
 public:
  /// An empty one.
  Document() : bson_{bson_new()} {}
  /// A copy.
  explicit Document(const bson_t& other) : bson_{bson_copy(&other)} {}
  /// Takes one that libbson made. @pre `bson` is not null
  explicit Document(bson_t* bson) : bson_{bson} {}
  /// Moves; the other is of no use then.
  Document(Document&& other) noexcept : bson_{std::exchange(other.bson_, nullptr)} {}
  /// Exchanges them.
  Document& operator=(Document&& other) noexcept {
    std::swap(bson_, other.bson_);
    return *this;
  }
  ~Document() {
    if (bson_ != nullptr) bson_destroy(bson_);
  }

  /// For libbson.
  [[nodiscard]] bson_t* get() const { return bson_; }

  /// Adds a text.
  void text(std::string_view key, std::string_view value) const {
    bson_append_utf8(get(), key.data(), size(key), value.data(), size(value));
  }
  /// Adds a number of 32 bits, as commands have them.
  void number(std::string_view key, std::int32_t value) const {
    bson_append_int32(get(), key.data(), size(key), value);
  }
  /// Adds a number of 64 bits.
  void number(std::string_view key, std::int64_t value) const {
    bson_append_int64(get(), key.data(), size(key), value);
  }
  /// Adds a double.
  void number(std::string_view key, double value) const { bson_append_double(get(), key.data(), size(key), value); }
  /// Adds a boolean.
  void boolean(std::string_view key, bool value) const { bson_append_bool(get(), key.data(), size(key), value); }
  /// Adds null.
  void null(std::string_view key) const { bson_append_null(get(), key.data(), size(key)); }
  /// Adds a date, in milliseconds since 1970.
  void date(std::string_view key, std::int64_t ms) const { bson_append_date_time(get(), key.data(), size(key), ms); }
  /// Adds a document.
  void document(std::string_view key, const Document& value) const {
    bson_append_document(get(), key.data(), size(key), value.get());
  }
  /// Adds an array, whose members' keys are their positions.
  void array(std::string_view key, const Document& value) const {
    bson_append_array(get(), key.data(), size(key), value.get());
  }

 private:
  static int size(std::string_view text) { return static_cast<int>(text.size()); }

  bson_t* bson_;
};

/// An array that is built value by value.
class Array {
 public:
  /// Calls `add(document, key)` with the next position.
  template <class Add>
  void push(Add&& add) {
    add(document_, std::to_string(size_++));
  }
  /// Its members, to be added with Document::array.
  [[nodiscard]] const Document& document() const { return document_; }
  /// Number of values.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  Document document_;
  std::size_t size_ = 0;
};

/// The text of a value that is one.
inline std::string_view text_of(const bson_iter_t& at) {
  std::uint32_t length = 0;
  const char* text =
      bson_iter_type(&at) == BSON_TYPE_SYMBOL ? bson_iter_symbol(&at, &length) : bson_iter_utf8(&at, &length);
  return {text, length};
}

/// The key of the member.
inline std::string_view key_of(const bson_iter_t& at) { return {bson_iter_key(&at), bson_iter_key_len(&at)}; }

/// A place in a document, or none. libbson aligns its iterator in the typedef, which no template argument keeps: it may
/// not stand in a std::optional.
struct Place {
  bson_iter_t at;      ///< Of no meaning where nothing was found.
  bool found = false;  ///< Whether there is one.

  /// Whether there is one.
  explicit operator bool() const noexcept { return found; }
  /// The place. @pre There is one.
  bson_iter_t& operator*() noexcept { return at; }
  /// The place. @pre There is one.
  const bson_iter_t& operator*() const noexcept { return at; }
};

/// The members of a document, array or code scope that is a value; none when it is damaged.
inline Place members_of(const bson_iter_t& at) {
  Place inner;
  inner.found = bson_iter_recurse(&at, &inner.at);
  return inner;
}

/// The member of that name, if there is one.
inline Place find(const bson_t& document, const char* key) {
  Place place;
  place.found = bson_iter_init_find(&place.at, &document, key);
  return place;
}

/// A document of JSON in MongoDB's extended form. Nothing with `problem` filled when it is not.
inline std::optional<Document> parse_json(std::string_view text, std::string& problem) {
  bson_error_t error;
  bson_t* parsed =
      bson_new_from_json(reinterpret_cast<const std::uint8_t*>(text.data()), static_cast<ssize_t>(text.size()), &error);
  if (parsed == nullptr) {
    problem = error.message;
    return std::nullopt;
  }
  return Document{parsed};
}

}  // namespace datasource::remote::mongo
