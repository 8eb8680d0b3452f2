// The two ways into a project of one's own, outside this tree: find_package of the installed SDK, and FetchContent of its sources.

import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { repository } from '../../tests/support/gateway.mjs';
import { run, temporaryFolder } from '../../tests/support/process.mjs';

const installed = join(repository, 'build/installed');

// Needs the SDK alone: no libcurl, no DuckDB.
const whole = `#include <datasource/datasource.hpp>
#include <datasource/transport/memory.hpp>

#include <iostream>
#include <memory>

namespace ds = datasource;

int main() {
  ds::Client client{ds::MemoryTransport{ds::Service{std::make_unique<ds::MemoryStore>()}}};
  if (!client.create({.name = "shop", .connector = ds::Sqlite{.path = "/srv/shop.db"}})) return 1;
  std::cout << ds::version << ' ' << client.list()->front().name << '\\n';
}
`;

// What needs each of the libraries under the SDK, and is compiled in a moment.
const part = `#include <datasource/columnar/jdbc_reader.hpp>
#include <datasource/version.hpp>

#include <range/v3/range_fwd.hpp>

#include <iostream>

namespace ds = datasource;

int main() {
  const auto result = ds::read_jdbc(R"({"schema":[{"name":"share","type":"double"}],"datarows":[[0.25]]})");
  if (!result) return 1;
  for (auto [share] : result->rows<double>()) std::cout << ds::version << ' ' << share << '\\n';
}
`;

const project = (lines) => ['cmake_minimum_required(VERSION 3.25)', 'project(mine LANGUAGES CXX)', ...lines, ''].join('\n');
const program = ['add_executable(mine main.cpp)', 'target_link_libraries(mine PRIVATE datasource::datasource)'];

describe('a project outside the tree', () => {
  let folder;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(async () => {
    await folder?.remove();
  });

  async function written(name, lines, main = part) {
    const path = join(folder.path, name);
    await mkdir(path);
    await Promise.all([writeFile(join(path, 'main.cpp'), main), writeFile(join(path, 'CMakeLists.txt'), project(lines))]);
    return path;
  }

  const configure = (path, args = [], options = {}) =>
    run('cmake', ['-S', path, '-B', join(path, 'build'), '-G', 'Ninja', '-DCMAKE_CXX_COMPILER_LAUNCHER=ccache', ...args], options);

  async function builtAndRun(path, says) {
    await run('cmake', ['--build', join(path, 'build')], { timeout: 300_000 });
    const { stdout } = await run(join(path, 'build/mine'), []);
    assert.match(stdout, says);
  }

  const prefix = `-DCMAKE_PREFIX_PATH=${installed}`;
  const without = (...packages) => packages.map((name) => `-DCMAKE_DISABLE_FIND_PACKAGE_${name}=ON`);

  test('find_package gives the SDK where neither libcurl nor DuckDB is', { timeout: 360_000 }, async () => {
    const path = await written('found', [
      'find_package(datasource 0.1 REQUIRED)',
      'if(TARGET datasource::curl OR TARGET datasource::duckdb)',
      '  message(FATAL_ERROR "a target whose library is missing")',
      'endif()',
      ...program,
    ], whole);
    await configure(path, [prefix, ...without('CURL', 'DuckDB')]);
    await builtAndRun(path, /^\d+\.\d+\.\d+ shop$/m);
  });

  test('a component whose library is missing is named, and one that is there is found', { timeout: 120_000 }, async () => {
    const path = await written('components', ['find_package(datasource 0.1 REQUIRED COMPONENTS curl)']);
    const { code, stderr } = await configure(path, [prefix, ...without('CURL')], { check: false });
    assert.notEqual(code, 0);
    assert.match(stderr.replace(/\s+/g, ' '), /datasource::curl needs a library that was not found: libcurl for curl/);
    await configure(path, [prefix, '-UCMAKE_DISABLE_FIND_PACKAGE_CURL']);
  });

  test('another minor version is not taken for this one', { timeout: 120_000 }, async () => {
    for (const version of ['0.0', '0.2', '1.0']) {
      const path = await written(`version-${version}`, [`find_package(datasource ${version} REQUIRED)`]);
      const { code, stderr } = await configure(path, [prefix], { check: false });
      assert.notEqual(code, 0, version);
      assert.match(stderr.replace(/\s+/g, ' '), /compatible with requested version/);
    }
  });

  test('FetchContent brings the headers, and neither gateway, tests, examples nor install rules', { timeout: 360_000 }, async () => {
    const path = await written('fetched', [
      'include(FetchContent)',
      `FetchContent_Declare(datasource SOURCE_DIR "${repository}")`,
      'FetchContent_MakeAvailable(datasource)',
      ...program,
      '# Its libraries are found in the SDK\'s folder and used in this one.',
      'if(TARGET datasource::curl)',
      '  add_executable(with_curl EXCLUDE_FROM_ALL main.cpp)',
      '  target_link_libraries(with_curl PRIVATE datasource::curl)',
      'endif()',
    ]);
    await configure(path);
    const { stdout } = await run('cmake', ['--build', join(path, 'build'), '--target', 'help']);
    assert.doesNotMatch(stdout, /gateway|test_programs|quick_start/);
    await builtAndRun(path, /^\d+\.\d+\.\d+ 0\.25$/m);
    const into = join(folder.path, 'nothing');
    await run('cmake', ['--install', join(path, 'build'), '--prefix', into]);
    assert.deepEqual(await readdir(into).catch(() => []), []);
  });
});
