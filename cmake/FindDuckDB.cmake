#[=======================================================================[.rst:
FindDuckDB
----------

Finds DuckDB's C API: an installed ``libduckdb`` and ``duckdb.h`` first, then the copy that set-up keeps in its cache.

Hints: ``DuckDB_ROOT`` and CMAKE_PREFIX_PATH for an installed library, ``DATASOURCE_CACHE`` (CMake or environment variable) for the cache;
its default is ``$XDG_CACHE_HOME/datasource-sdk`` or ``~/.cache/datasource-sdk``.

Gives the target ``DuckDB::DuckDB`` and

``DuckDB_FOUND``
``DuckDB_LIBRARY``, ``DuckDB_INCLUDE_DIR``
``DUCKDB_EXTENSION_DIR``
  Folder of the extensions that belong to this library (``postgres_scanner.duckdb_extension``, …), for ``LOAD '<path>'``. Empty for an
  installed library: an extension fits one version only, and DuckDB's own extension folder serves that one.
#]=======================================================================]

find_path(DuckDB_INCLUDE_DIR NAMES duckdb.h)
find_library(DuckDB_LIBRARY NAMES duckdb)

if(NOT DuckDB_INCLUDE_DIR OR NOT DuckDB_LIBRARY)
  if(DATASOURCE_CACHE)
    set(_duckdb_cache "${DATASOURCE_CACHE}")
  elseif(DEFINED ENV{DATASOURCE_CACHE} AND NOT "$ENV{DATASOURCE_CACHE}" STREQUAL "")
    set(_duckdb_cache "$ENV{DATASOURCE_CACHE}")
  elseif(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(_duckdb_cache "$ENV{XDG_CACHE_HOME}/datasource-sdk")
  else()
    set(_duckdb_cache "$ENV{HOME}/.cache/datasource-sdk")
  endif()
  string(TOLOWER "${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" _duckdb_system)
  if(DuckDB_FIND_VERSION)
    set(_duckdb_folders "${_duckdb_cache}/duckdb-${DuckDB_FIND_VERSION}/${_duckdb_system}")
  else()
    file(GLOB _duckdb_folders LIST_DIRECTORIES TRUE "${_duckdb_cache}/duckdb-*/${_duckdb_system}")
    list(SORT _duckdb_folders COMPARE NATURAL ORDER DESCENDING)
  endif()
  # A library and a header of different origin must not meet.
  unset(DuckDB_INCLUDE_DIR CACHE)
  unset(DuckDB_LIBRARY CACHE)
  foreach(_duckdb_folder IN LISTS _duckdb_folders)
    find_path(DuckDB_INCLUDE_DIR NAMES duckdb.h PATHS "${_duckdb_folder}/include" NO_DEFAULT_PATH)
    find_library(DuckDB_LIBRARY NAMES duckdb PATHS "${_duckdb_folder}/lib" NO_DEFAULT_PATH)
  endforeach()
endif()

set(DUCKDB_EXTENSION_DIR "")
if(DuckDB_LIBRARY)
  cmake_path(GET DuckDB_LIBRARY PARENT_PATH _duckdb_folder)
  cmake_path(GET _duckdb_folder PARENT_PATH _duckdb_folder)
  if(IS_DIRECTORY "${_duckdb_folder}/extensions")
    set(DUCKDB_EXTENSION_DIR "${_duckdb_folder}/extensions")
  endif()
endif()
unset(_duckdb_cache)
unset(_duckdb_folder)
unset(_duckdb_folders)
unset(_duckdb_system)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  DuckDB
  REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Install libduckdb, or fetch it with tools/fetch.py duckdb")
mark_as_advanced(DuckDB_INCLUDE_DIR DuckDB_LIBRARY)

if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  add_library(DuckDB::DuckDB UNKNOWN IMPORTED)
  set_target_properties(
    DuckDB::DuckDB PROPERTIES
    IMPORTED_LOCATION "${DuckDB_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${DuckDB_INCLUDE_DIR}")
endif()
