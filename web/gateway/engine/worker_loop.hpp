#pragma once

#include <datasource/service/engine.hpp>

#include <functional>

namespace datasource::gateway {

/// The inside of an engine process: answers the gateway's frames on `socket`, one request at a time, until the gateway
/// is gone. `interrupt` stops what the engine is running, and is called from another thread. Returns the process's exit
/// code.
int serve_frames(int socket, Engine& engine, const std::function<void()>& interrupt);

/// Gives up what an engine process does not need, before it does anything: core dumps (they would hold secrets),
/// privileges through set-uid programs, a life after the gateway's death, and its rank beside the gateway's own thread
/// when there are too few processors.
void confine_process();

}  // namespace datasource::gateway
