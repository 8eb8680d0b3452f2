#include "engine/spawn.hpp"

#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <string_view>

namespace datasource::gateway {
namespace {

// What libraries of an engine need: where things are, which language and time zone, which certificates. Everything else
// stays out, the variables by which database clients take servers and passwords from their surroundings above all.
constexpr std::array inherited{
    std::string_view{"HOME="},
    std::string_view{"LANG="},
    std::string_view{"LC_"},
    std::string_view{"LD_LIBRARY_PATH="},
    std::string_view{"PATH="},
    std::string_view{"SSL_CERT_DIR="},
    std::string_view{"SSL_CERT_FILE="},
    std::string_view{"TMPDIR="},
    std::string_view{"TZ="},
    std::string_view{"ASAN_OPTIONS="},
    std::string_view{"UBSAN_OPTIONS="},
    std::string_view{"LSAN_OPTIONS="},
};

std::vector<char*> child_environment(const std::vector<std::string>& variables) {
  // The password file of whoever runs the gateway is not for everybody who may register a data source.
  static char no_password_file[] = "PGPASSFILE=/nonexistent";
  // libmongoc keeps its counters in a file of shared memory, which a process that is killed leaves behind.
  static char no_shared_memory[] = "MONGOC_DISABLE_SHM=1";
  std::vector<char*> environment{no_password_file, no_shared_memory};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable{*entry};
    if (std::ranges::any_of(inherited, [variable](std::string_view name) { return variable.starts_with(name); }))
      environment.push_back(*entry);
  }
  for (const std::string& variable : variables) environment.push_back(const_cast<char*>(variable.c_str()));
  environment.push_back(nullptr);
  return environment;
}

struct FileActions {
  FileActions() { ::posix_spawn_file_actions_init(&actions); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t actions;
};

struct Attributes {
  Attributes() { ::posix_spawnattr_init(&attributes); }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t attributes;
};

}  // namespace

Result<pid_t> spawn(const std::string& program, const std::vector<std::string>& arguments, int socket,
                    const std::vector<std::string>& variables) {
  FileActions files;
  ::posix_spawn_file_actions_addopen(&files.actions, STDIN_FILENO, "/dev/null", 0, 0);
  ::posix_spawn_file_actions_adddup2(&files.actions, STDERR_FILENO, STDOUT_FILENO);
  if (socket >= 0) ::posix_spawn_file_actions_adddup2(&files.actions, socket, child_socket);
  ::posix_spawn_file_actions_addclosefrom_np(&files.actions, socket >= 0 ? child_socket + 1 : child_socket);

  Attributes attributes;
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes.attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes.attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes.attributes, 0);  // Ctrl+C is the gateway's to handle
  ::posix_spawnattr_setflags(&attributes.attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::string name = "datasource";
  std::vector<char*> argv{name.data()};
  for (const std::string& argument : arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));  // exec reads them only
  argv.push_back(nullptr);
  const std::vector<char*> environment = child_environment(variables);
  pid_t pid = 0;
  const int error =
      ::posix_spawn(&pid, program.c_str(), &files.actions, &attributes.attributes, argv.data(), environment.data());
  if (error != 0)
    return fail(ErrorKind::server, std::string{"a process could not be started: "} + std::strerror(error));
  return pid;
}

}  // namespace datasource::gateway
