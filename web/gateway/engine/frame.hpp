#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace datasource::gateway {

/// What passes between the gateway and an engine process, over a socket that only the two of them have. A frame is the
/// payload's length (4 bytes, little-endian), its type (1 byte) and the payload. A worker says `hello` once, then
/// answers each request with exactly one of `names`, `end`, `page`, `error`, `text` and `report`; any number of `body`
/// frames come before an `end`, a `page` or an `error`. After a `page` the rest of the rows waits in the process for a
/// `turn`; any other request lets them go.
enum class FrameType : char {
  // To the worker.
  prepare = 'P',  ///< {"language", "text", …} -> names | error
  run = 'R',    ///< {"language", "text", …, "sources": [data source with its secrets]} -> body* (end | page | error)
  turn = 'U',   ///< empty: the page that follows -> body* (end | page | error)
  close = 'C',  ///< empty: no page is wanted any more -> end
  explain = 'Q',    ///< as `run` -> text | error
  describe = 'S',   ///< {"source": data source with its secrets, "schema", "table", "after", "size"} -> text | error
  test = 'T',       ///< a data source with its secrets -> report | error
  admit = 'A',      ///< a data source with its secrets -> end | error
  reconcile = 'K',  ///< {"sources": […], "others": […]}, data sources with their secrets -> text | error
  interrupt = 'I',  ///< empty: stop what is running; it still ends as above
  // From the worker.
  hello = 'H',   ///< {"version"}
  names = 'N',   ///< {"sources": ["shop", …], "repeatable"}
  body = 'B',    ///< bytes of the reply, passed on as they are
  page = 'G',    ///< a cursor: the page is whole, and it names another
  end = 'E',     ///< {"rows", "failure"?: an error that the end of the body tells}
  error = 'X',   ///< {"kind", "message", …}
  text = 'J',    ///< the reply's body whole
  report = 'Z',  ///< a test report
};

struct Frame {
  FrameType type = FrameType::end;
  std::string_view payload = {};
};

inline constexpr std::size_t frame_header_size = 5;
inline constexpr std::uint32_t largest_payload = 64U << 20;

constexpr std::array<char, frame_header_size> frame_header(FrameType type, std::uint32_t length) {
  return {static_cast<char>(length & 255), static_cast<char>(length >> 8 & 255), static_cast<char>(length >> 16 & 255),
          static_cast<char>(length >> 24 & 255), static_cast<char>(type)};
}

/// The payload's length in a frame's header; nothing for one that no peer of ours writes.
constexpr std::optional<std::uint32_t> payload_length(std::string_view header) {
  std::uint32_t length = 0;
  for (int i = 3; i >= 0; --i) length = length << 8 | static_cast<unsigned char>(header[static_cast<std::size_t>(i)]);
  if (length > largest_payload || std::string_view{"PRUCQSTAKIHNBGEXJZ"}.find(header[4]) == std::string_view::npos)
    return std::nullopt;
  return length;
}

/// Whether a request is over with this frame.
constexpr bool ends_exchange(FrameType type) {
  return std::string_view{"NGEXJZ"}.find(static_cast<char>(type)) != std::string_view::npos;
}

}  // namespace datasource::gateway
