# How this repository's own code is compiled. None of it reaches a user of the SDK.

add_library(datasource_warnings INTERFACE)
add_library(datasource::warnings ALIAS datasource_warnings)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(datasource_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  # GCC 12 sees uninitialised members in every moved tl::expected; the sanitizers look for the real ones.
  target_compile_options(datasource_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  # Where files are compiled as one, GCC takes what stands in their unnamed namespaces for parts of a header. The preset
  # `debug` compiles each by itself and looks for the real ones.
  if(CMAKE_UNITY_BUILD)
    target_compile_options(datasource_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  if(DATASOURCE_WERROR)
    target_compile_options(datasource_warnings INTERFACE -Werror)
  endif()
endif()

# GCC collects its garbage again and again while it compiles several files as one: not before it holds 4 GB, which is more than
# any of ours needs (3 GB in place of 2), saves an eighth of its time.
if(CMAKE_UNITY_BUILD)
  add_compile_options("$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-heapsize=2000000>")
endif()

# A compiler cache and a fast linker when the machine has them; -D… on the command line wins.
find_program(DATASOURCE_CCACHE ccache)
mark_as_advanced(DATASOURCE_CCACHE)
if(DATASOURCE_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # As ccache's manual asks for precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${DATASOURCE_CCACHE}")
  add_compile_options("$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endif()
if(NOT EMSCRIPTEN)
  find_program(DATASOURCE_LLD ld.lld)
  mark_as_advanced(DATASOURCE_LLD)
  if(DATASOURCE_LLD AND NOT APPLE)
    add_link_options(-fuse-ld=lld)
  endif()
endif()
