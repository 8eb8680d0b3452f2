#include "engine/ask.hpp"

#include "awaiting.hpp"
#include "engine/messages.hpp"

#include <utility>

namespace datasource::gateway {

asio::awaitable<Result<Frame>> ask(const Pool::Lease& lease, FrameType type, std::string payload) {
  const auto sent = co_await lease->send(type, std::move(payload));
  if (!sent) co_return fail(sent.error());
  auto frame = co_await lease->receive();
  if (frame && frame->type == FrameType::error) co_return fail(read_error_payload(frame->payload));
  co_return frame;
}

}  // namespace datasource::gateway
