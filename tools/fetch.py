#!/usr/bin/env python3
"""Fetches the prebuilt files that no Debian package holds, into a cache outside the source tree.

usage: fetch.py [--cache DIR] NAME...

NAME is a group of downloads.lock.json: `duckdb` (library, header, extensions), `node`, `mongodb` or `trino` (servers for tests). The lock file pins every
archive by its SHA-256 sum; nothing is unpacked before the sum was checked. An archive that is already unpacked is not
fetched again, so a second run does nothing. For each NAME one line is printed: the folder that holds its files.

Archives come from the package registries that npm, pip and Maven are set up for on this machine, mirrors included.
"""

import argparse
import fcntl
import json
import os
import shutil
import sys
from pathlib import Path

# What only a download needs is imported where it is used: set-up calls this script before every build.

LOCK_FILE = Path(__file__).resolve().parent / "downloads.lock.json"
TIMEOUT_SECONDS = 120
MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


def default_cache():
    """The folder that FindDuckDB.cmake looks in too."""
    if os.environ.get("DATASOURCE_CACHE"):
        return Path(os.environ["DATASOURCE_CACHE"])
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "datasource-sdk"


def sha256(path):
    import hashlib

    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def download_from_npm(archive, folder):
    """`npm pack` knows the user's registry, proxy and credentials. A cache of its own keeps no second copy."""
    import subprocess

    name = f"{archive['package']}@{archive['version']}"
    command = ["npm", "pack", "--loglevel", "error", "--cache", str(folder / "npm-cache"), "--pack-destination", str(folder), name]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS * 2)
    except FileNotFoundError:
        raise SystemExit("npm is needed to fetch " + name)
    except subprocess.TimeoutExpired:
        raise SystemExit(f"npm pack {name} took too long")
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"npm pack {name} failed:\n{error.stderr.strip()}")
    return next(folder.glob("*.tgz"))


def download_from_maven(archive, folder):
    """`mvn dependency:copy` knows the user's repositories, proxy and credentials."""
    import subprocess

    artifact = f"{archive['package']}:{archive['version']}:{archive['type']}"
    command = ["mvn", "-B", "-q", MAVEN_COPY]
    if archive["type"] != "jar":  # a large one: no second copy of it stays in the user's repository
        command.append(f"-Dmaven.repo.local={folder / 'maven'}")
    command += [f"-Dartifact={artifact}", f"-DoutputDirectory={folder}", "-Dmdep.useBaseVersion=true"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS * 10)
    except FileNotFoundError:
        raise SystemExit("Maven is needed to fetch " + artifact + " (Debian: maven)")
    except subprocess.TimeoutExpired:
        raise SystemExit(f"mvn dependency:copy {artifact} took too long")
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"mvn dependency:copy {artifact} failed:\n{(error.stdout + error.stderr).strip()}")
    return next(folder.glob("*." + archive["type"]))


def python_index():
    """The index that pip is set up for: PIP_INDEX_URL, then pip's configuration files, then pip's own default."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    try:
        from pip._internal.configuration import Configuration
        from pip._internal.models.index import PyPI
    except ImportError:
        raise SystemExit("pip is needed to know the Python package index (Debian: python3-pip)")
    configuration = Configuration(isolated=False)
    configuration.load()
    return dict(configuration.items()).get("global.index-url", PyPI.simple_url)


def open_url(url, accept="*/*"):
    import base64
    from urllib.parse import urlsplit, urlunsplit
    from urllib.request import Request, urlopen

    headers = {"Accept": accept}
    parts = urlsplit(url)
    if "@" in parts.netloc:
        # A mirror's user and password may stand in its URL; urllib wants them as a header.
        user, _, host = parts.netloc.rpartition("@")
        headers["Authorization"] = "Basic " + base64.b64encode(user.encode()).decode()
        url = urlunsplit(parts._replace(netloc=host))
    return urlopen(Request(url, headers=headers), timeout=TIMEOUT_SECONDS)


def download_from_pypi(archive, folder):
    """Reads the index's JSON and takes the file as it is: `pip download` would build a source archive first."""
    from urllib.parse import urljoin

    page = f"{python_index().rstrip('/')}/{archive['package']}/"
    try:
        with open_url(page, accept="application/vnd.pypi.simple.v1+json") as reply:
            files = json.load(reply)["files"]
        url = next((file["url"] for file in files if file["filename"] == archive["file"]), None)
        if url is None:
            raise SystemExit(f"the Python package index has no {archive['file']}")
        target = folder / archive["file"]
        with open_url(urljoin(page, url)) as reply, open(target, "wb") as file:
            shutil.copyfileobj(reply, file)
    except (OSError, ValueError, KeyError) as error:
        # The reason alone: an index URL can hold a password.
        raise SystemExit(f"could not fetch {archive['file']} from the Python package index: {error}")
    return target


def read_member(path, member):
    """The member of an archive; the file itself where no member is named."""
    if member == "":
        return open(path, "rb")
    if path.suffix == ".whl":
        import zipfile

        return zipfile.ZipFile(path).open(member)
    import tarfile

    return tarfile.open(path).extractfile(member)


def unpack(path, files, destination):
    """Each file appears under its name only when it is complete."""
    for member, name in files.items():
        target = destination / name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".partial")
        try:
            with read_member(path, member) as source, open(partial, "wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
        except KeyError:
            raise SystemExit(f"{path.name} holds no {member}")
        partial.chmod(0o755 if target.parent.name == "bin" else 0o644)
        os.replace(partial, target)


def unpack_folders(path, folders, destination):
    """Whole folders of a large archive. `tar` unpacks all of it once: its hard links may lead anywhere within it."""
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory(prefix=".unpack-", dir=destination) as everything:
        subprocess.run(["tar", "-xf", str(path), "-C", everything], check=True)
        for source, name in folders.items():
            if not (Path(everything) / source).is_dir():
                raise SystemExit(f"{path.name} holds no {source}")
            shutil.rmtree(destination / name, ignore_errors=True)
            (destination / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(everything) / source, destination / name)


DOWNLOADS = {"npm": download_from_npm, "pypi": download_from_pypi, "maven": download_from_maven}


def fetch(archive, destination):
    import tempfile

    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=destination) as folder:
        path = DOWNLOADS[archive["registry"]](archive, Path(folder))
        actual = sha256(path)
        if actual != archive["sha256"]:
            raise SystemExit(
                f"{path.name}: SHA-256 sum differs from {LOCK_FILE.name}, nothing was unpacked\n"
                f"  expected {archive['sha256']}\n  actual   {actual}"
            )
        unpack(path, archive.get("files", {}), destination)
        if "folders" in archive:
            unpack_folders(path, archive["folders"], destination)


def read_record(destination):
    """The sums of the archives that were unpacked here."""
    try:
        return set(json.loads((destination / "fetched.json").read_text()))
    except (OSError, ValueError):
        return set()


def write_record(destination, sums):
    partial = destination / "fetched.json.partial"
    partial.write_text(json.dumps(sorted(sums)))
    os.replace(partial, destination / "fetched.json")


def places_of(archive):
    return [*archive.get("files", {}).values(), *archive.get("folders", {}).values()]


def missing_archives(archives, destination):
    record = read_record(destination)
    return [
        archive
        for archive in archives
        if archive["sha256"] not in record
        or not all((destination / name).exists() for name in places_of(archive))
    ]


def provide(group_name, cache):
    """Returns the folder that holds every file of the group."""
    group = json.loads(LOCK_FILE.read_text())[group_name]
    system = f"{os.uname().sysname}-{os.uname().machine}".lower()
    archives = group["platforms"].get(system, group["platforms"].get("any"))
    if archives is None:
        raise SystemExit(f"no {group_name} {group['version']} is pinned for {system}; install it yourself")
    destination = cache / f"{group_name}-{group['version']}" / system
    if missing_archives(archives, destination):
        destination.mkdir(parents=True, exist_ok=True)
        with open(destination / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two checkouts may share the cache
            for archive in missing_archives(archives, destination):
                print(f"{group_name} {group['version']}: fetching {archive['package']}", file=sys.stderr, flush=True)
                fetch(archive, destination)
                write_record(destination, read_record(destination) | {archive["sha256"]})
    return destination


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=default_cache(), help="default: %(default)s")
    parser.add_argument("names", nargs="+", metavar="NAME")
    arguments = parser.parse_args()
    for name in arguments.names:
        print(provide(name, arguments.cache.absolute()))


if __name__ == "__main__":
    main()
