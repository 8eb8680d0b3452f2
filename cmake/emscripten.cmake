# Toolchain of the `wasm` preset: Emscripten's own toolchain file, wherever em++ on PATH comes from (Debian's package or an SDK).
find_program(DATASOURCE_EMCXX em++ NO_CMAKE_FIND_ROOT_PATH)
if(NOT DATASOURCE_EMCXX)
  message(FATAL_ERROR "em++ is not on PATH. `make setup` installs it on Debian (package emscripten).")
endif()
file(REAL_PATH "${DATASOURCE_EMCXX}" _emcxx)
cmake_path(GET _emcxx PARENT_PATH _emscripten)
include("${_emscripten}/cmake/Modules/Platform/Emscripten.cmake")
