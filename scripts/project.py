#!/usr/bin/env python3
"""Makes a folder ready for notebooks with this library: the package with all that it needs, the TensorFlow runtime, the TypeScript kernel.

usage: project.py FOLDER   (made if it isn't there; run again, it brings the folder up to this checkout)
       project.py          (the kernel alone)
"""

import interrupted

interrupted.watch("project")

import json
import os
import platform
import re
import sys
import tempfile
from pathlib import Path

from setup import ROOT, TOOLS, die, kernel_spec, run, say, tensorflow, with_tools

OURS = "scripts/jupyter/kernel/main.cjs"  # in the specification of every checkout's kernel
PACKAGES = "vendor"  # in the project, so that `npm ci` works there without this checkout


def user_kernels():
    """Where the user's own Jupyter programs, and VS Code, look for kernels."""
    if os.environ.get("JUPYTER_DATA_DIR"):
        data = Path(os.environ["JUPYTER_DATA_DIR"])
    elif platform.system() == "Darwin":
        data = Path.home() / "Library/Jupyter"
    elif os.name == "nt":
        data = Path(os.environ["APPDATA"]) / "jupyter"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "jupyter"
    return data / "kernels"


def kernel():
    """Registers the TypeScript kernel for the user's programs, unless somebody else's has its name."""
    file = user_kernels() / "tslab/kernel.json"
    if file.exists() and OURS not in file.read_text(errors="replace"):
        say(f"{file.parent} is another TypeScript kernel: it stays; take it away and run this again to have this project's")
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kernel_spec(), indent=1))
    say(f'the kernel "{kernel_spec()["display_name"]}" is registered in {file.parent}')


def packed(into):
    """The packages of this checkout as files that npm installs, in the project's folder."""
    into.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into) as draft:
        run("npm pack", [TOOLS / "npm", "pack", "--workspaces", "--pack-destination", draft], env=with_tools())
        names = sorted(file.name for file in Path(draft).glob("*.tgz"))
        for name in names:
            os.replace(Path(draft) / name, into / name)
    for old in into.glob("*.tgz"):
        if old.name not in names:
            old.unlink()
    return [f"./{PACKAGES}/{name}" for name in names]


def package_json(folder):
    """npm's file of the project, with the name that the folder has."""
    file = folder / "package.json"
    if file.exists():
        return
    name = re.sub(r"[^a-z0-9._-]+", "-", folder.name.lower()).strip("-._") or "notebooks"
    file.write_text(json.dumps({"name": name, "version": "0.1.0", "private": True}, indent=2) + "\n")


def project(folder):
    if folder == ROOT:
        die("INTO is this checkout, which `make setup` makes ready: give another folder")
    if folder.exists() and not folder.is_dir():
        die(f"{folder} is a file: give a folder")
    folder.mkdir(parents=True, exist_ok=True)
    package_json(folder)
    say(f"the library and what it needs into {folder}")
    run("npm install (is the npm registry reachable?)",
        [TOOLS / "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", *packed(folder / PACKAGES)],
        cwd=folder, env=with_tools())
    tensorflow(folder)
    kernel()
    say(f'ready: `make -C "{ROOT}" lab DIR="{folder}"` opens JupyterLab there; VS Code lists the kernel under Select Kernel, Jupyter Kernel')


if __name__ == "__main__":
    try:
        if len(sys.argv) > 1 and sys.argv[1] == "":
            die('INTO is missing: `make project INTO="../my-project"`')
        project(Path(sys.argv[1]).expanduser().resolve()) if len(sys.argv) > 1 else kernel()
    except OSError as error:
        die(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ") + " (is the disk full, or a folder read-only?)")
