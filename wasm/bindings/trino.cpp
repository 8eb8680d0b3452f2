// The module of Trino's client protocol.

#include "trino_calls.hpp"
#include "interface.hpp"
