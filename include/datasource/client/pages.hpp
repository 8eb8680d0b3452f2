#pragma once

#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/http/transport.hpp>
#include <datasource/operation/drive.hpp>
#include <datasource/operation/paging.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <stop_token>
#include <utility>

namespace datasource {

/// A statement's rows, page by page as they are asked for:
///
///     for (auto& page : client.pages("select * from shop.orders", 1'000)) {
///       if (!page) return report(page.error());
///       for (auto [id] : page->rows<std::int64_t>()) …
///     }
///
/// A failed page is the last. When a loop is left early, the server's cursor is freed by the destructor, as well as can
/// be: a failure of that is not told.
/// @pre the client outlives its pages and is not moved meanwhile
template <Transport Tr>
class Pages {
 public:
  /// An input iterator whose value is the page, or the error that ended the pages.
  class iterator {
   public:
    using value_type = Result<ResultSet>;               ///< A page's rows.
    using difference_type = std::ptrdiff_t;             ///< As iterators have it.
    using iterator_category = std::input_iterator_tag;  ///< One pass.
    using reference = Result<ResultSet>&;               ///< The page may be moved out.
    using pointer = Result<ResultSet>*;                 ///< To the page.

    iterator() = default;
    /// On the page that the pages hold now.
    explicit iterator(Pages* pages) : pages_{pages} {}
    /// The page.
    reference operator*() const { return *pages_->current_; }
    /// Into the page.
    pointer operator->() const { return &*pages_->current_; }
    /// Asks for the next page and waits for it.
    iterator& operator++() {
      pages_->current_ = pages_->next();
      return *this;
    }
    /// The same.
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& it, std::default_sentinel_t) { return it.at_end(); }

   private:
    [[nodiscard]] bool at_end() const { return pages_ == nullptr || !pages_->current_; }

    Pages* pages_ = nullptr;
  };

  /// Made by Client::pages. @pre the transport outlives it
  Pages(Tr& transport, Paging<Page> paging, std::stop_token stop = {})
      : transport_{&transport}, paging_{std::move(paging)}, stop_{std::move(stop)} {}
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  /// Takes the open cursor along; iterators of `other` end.
  Pages(Pages&& other) noexcept
      : transport_{std::exchange(other.transport_, nullptr)},
        paging_{std::move(other.paging_)},
        stop_{std::move(other.stop_)},
        current_{std::move(other.current_)} {}
  Pages& operator=(Pages&&) = delete;
  ~Pages() { close(); }

  /// The next page; nothing after the last one.
  [[nodiscard]] std::optional<Result<ResultSet>> next() {
    if (transport_ == nullptr || paging_.finished()) return std::nullopt;
    return drive(*transport_, Borrowed<Paging<Page>>{&paging_}, SystemClock{}, stop_).map([](Page&& page) {
      return std::move(page.rows);
    });
  }

  /// Frees the server's cursor now, if one is open. There are no more pages afterwards.
  void close() {
    if (transport_ == nullptr) return;
    if (auto closing = paging_.closing()) (void)drive(*transport_, std::move(*closing), SystemClock{});
    transport_ = nullptr;
  }

  /// Reads the first page. A range that is walked once.
  [[nodiscard]] iterator begin() {
    if (!current_) current_ = next();
    return iterator{this};
  }
  /// Behind the last page.
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  Tr* transport_;
  Paging<Page> paging_;
  std::stop_token stop_;
  std::optional<Result<ResultSet>> current_;
};

}  // namespace datasource
