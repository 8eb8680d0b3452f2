#!/usr/bin/env bash
# Provides what the build needs and the repository does not hold. Every step looks first and acts only when something is missing, so a
# second run takes a moment.
#
# usage: setup.sh run|test|bench|docs|lint
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scope=${1:-run}
case $scope in
  run) scopes='run' ;;
  test) scopes='run|test' ;;
  bench) scopes='run|test|bench' ;;
  docs) scopes='run|docs' ;;
  lint) scopes='run|test|docs|lint' ;;
  *) echo "usage: $0 run|test|bench|docs|lint" >&2; exit 2 ;;
esac
# The Makefile puts this folder first on PATH; it exists only where the machine's own Node.js is too old.
bin_dir=$PWD/build/tools/bin
PATH=$bin_dir:$PATH

say() { echo "setup: $*" >&2; }

# Version 20.19 is the oldest that the dashboard's build tool runs on.
have_node() {
  local version major minor
  version=$(node --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${version#v}"
  [ "$major" -gt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; }
}

# ---- Debian packages

wanted_packages() {
  awk -v scopes="^($scopes)\$" '$1 ~ scopes { print $2 }' tools/debian-packages.txt
  command -v npm >/dev/null || echo npm
}

missing_packages() {
  wanted_packages | sort >"$work/wanted"
  xargs dpkg-query -W -f '${Package} ${db:Status-Status}\n' <"$work/wanted" 2>/dev/null |
    awk '$2 == "installed" { print $1 }' | sort -u >"$work/installed" || true
  comm -23 "$work/wanted" "$work/installed" | xargs
}

# Installing a database server must not start it, now or at the next boot: the tests start their own, on ports of their own.
keep_servers_down() {
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '%s\n' '#!/bin/sh' 'case "$1" in postgresql*|prometheus*|influxdb*) exit 101 ;; esac' 'exit 0' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    cleanup+=('rm -f /usr/sbin/policy-rc.d')
  fi
  local cluster_defaults=/etc/postgresql-common/createcluster.d/datasource-sdk.conf
  mkdir -p "${cluster_defaults%/*}"
  echo 'create_main_cluster = false' >"$cluster_defaults"
  cleanup+=("rm -f $cluster_defaults; rmdir --ignore-fail-on-non-empty ${cluster_defaults%/*}")
}

install_packages() {
  local missing=$1
  if [ "$(id -u)" -ne 0 ]; then
    say "these Debian packages are missing: $missing"
    say "install them, then run make again:"
    echo "  sudo apt-get update && sudo apt-get install --no-install-recommends $missing" >&2
    exit 1
  fi
  say "installing Debian packages, which takes some minutes: $missing"
  export DEBIAN_FRONTEND=noninteractive
  keep_servers_down
  apt-get update -qq
  # shellcheck disable=SC2086  # one argument a package
  apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 $missing >"$work/apt.log" 2>&1 || {
    tail -n 40 "$work/apt.log" >&2
    say "apt-get could not install them"
    exit 1
  }
}

cleanup=()
work=$(mktemp -d)
trap 'for command in "${cleanup[@]}"; do eval "$command"; done; rm -rf "$work"' EXIT

if command -v dpkg-query >/dev/null; then
  missing=$(missing_packages)
  [ -z "$missing" ] || install_packages "$missing"
else
  say "not a Debian system: install the equivalents of tools/debian-packages.txt yourself"
fi

# ---- Node.js: Debian 12 has version 18

if ! have_node; then
  node_dir=$(python3 tools/fetch.py node)
  mkdir -p "$bin_dir"
  ln -sfn "$node_dir/bin/node" "$bin_dir/node"
fi

# ---- DuckDB's library, header and extensions

python3 tools/fetch.py duckdb >/dev/null

# ---- Servers of the tests: Python packages in a folder of their own, exactly those of the lock file

python_tool() {
  local name=$1 what=$2 folder list
  folder=$cache/$name-$(cat "tools/$name-requirements.txt" <(python3 --version) | sha256sum | cut -c 1-12)
  if [ ! -e "$folder/complete" ]; then
    say "installing $what"
    rm -rf "$folder"
    python3 -m venv "$folder"
    # --no-compile: of what it installs, the tests use a small part, which Python compiles when it first reads it.
    # --no-deps: the lists are complete.
    for list in pip "$name"; do
      "$folder/bin/pip" install --quiet --no-compile --no-deps --disable-pip-version-check --require-hashes \
        --only-binary :all: -r "tools/$list-requirements.txt" >&2
    done
    touch "$folder/complete"
  fi
  mkdir -p build/tools
  ln -sfn "$folder" "build/tools/$name"
}

if [[ $scopes == *test* ]]; then
  cache=${DATASOURCE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/datasource-sdk}
  python_tool moto 'the S3 server of the tests'
  # Their wheels are listed for one Python and one processor; elsewhere the tests that need them say so and are skipped.
  if [ "$(python3 -c 'import sys, platform; print(*sys.version_info[:2], platform.machine())')" = '3 11 x86_64' ]; then
    python_tool bqemulator 'the BigQuery emulator of the tests'
    python_tool fakesnow 'the stand-in for Snowflake of the tests'
  fi
fi

# ---- The MongoDB of the tests: Java archives

if [[ $scopes == *test* ]]; then
  ln -sfn "$(python3 tools/fetch.py mongodb)" build/tools/mongodb
fi

# ---- The OpenSearch of the tests: Java archives in a folder of their own, exactly those of the lock file

if [[ $scopes == *test* ]]; then
  opensearch=$cache/opensearch-$(cat tools/opensearch/* | sha256sum | cut -c 1-12)
  if [ ! -e "$opensearch/complete" ]; then
    say "fetching the OpenSearch of the tests"
    rm -rf "$opensearch"
    mkdir -p "$opensearch/jars"
    mvn -q -B -f tools/opensearch/pom.xml "-Dmaven.repo.local=$work/maven" dependency:copy-dependencies \
      "-DoutputDirectory=$opensearch/jars" >&2
    if ! diff <(cd "$opensearch/jars" && LC_ALL=C sha256sum -- *) tools/opensearch/sha256.txt >&2; then
      say "what was fetched differs from tools/opensearch/sha256.txt"
      exit 1
    fi
    touch "$opensearch/complete"
  fi
  ln -sfn "$opensearch" build/tools/opensearch
fi

# ---- npm packages, exactly those of the lock file

if [ -f package-lock.json ]; then
  state=$(cat package-lock.json package.json | sha256sum)
  if [ ! -d node_modules ] || [ "$state" != "$(cat build/npm.stamp 2>/dev/null)" ]; then
    say "installing npm packages"
    npm ci --no-audit --no-fund --loglevel=error >&2
    mkdir -p build
    echo "$state" >build/npm.stamp
  fi
fi
