#!/usr/bin/env python3
"""Executes the project's notebooks headless, in order, each in a fresh kernel; skips those that are up to date.

usage: run_notebooks.py [--into FOLDER] [--varying] [NAME ...]

Without --into the outputs are written back into notebooks/. A notebook is up to date when neither its cells, nor the library, nor
the records and data sets that it reads have changed since it was executed, and the figures that it drew are there.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from dms_ntm_jupyter.tidy import VARIES, keep_varying, tidy

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
CELL_TIMEOUT = 3600  # seconds; a cell that trains what is missing takes minutes


def say(text):
    print(f"notebooks: {text}", flush=True)


def read(path):
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:
        sys.exit(f"notebooks: {path} is no notebook ({error}): restore it from git")


def inputs_digest(out):
    """Digest of all that notebooks read besides themselves."""
    digest = hashlib.sha256(" ".join(str(os.environ.get(f"DMS_NTM_{name}")) for name in ("STUDY", "SEEDS", "FRESH")).encode())
    folders = [ROOT / "capture/dist/src", ROOT / "lib/dist/src", ROOT / "data/reference", out / "data/runs"]
    found = [p for folder in folders for p in folder.rglob("*") if p.suffix in (".js", ".json", ".jsonl")]
    for path in sorted([*found, *(out / "data").glob("mnist1d-*.json")]):
        digest.update(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def figures_there(book, out):
    """Whether every figure that a notebook saves is on disk."""
    code = "\n".join(c.source for c in book.cells if c.cell_type == "code")
    names = re.findall(r'(?:saveFigure|showFigure)\((?:project\(\)\.figures, )?["`]([^"`]+)["`]', code)
    patterns = [re.sub(r"\$\{[^}]*\}", "*", name) for name in names]
    # of showEach one figure for each protocol that has records
    patterns += [f"{name}_*" for name in re.findall(r'showEach\([^"]*"([\w-]+)"', code)]
    return all(any((out / "figures").glob(f"{name}.{ending}")) for name in patterns for ending in ("svg", "png"))


def cells_digest(book):
    return hashlib.sha256(json.dumps([[c.cell_type, c.source] for c in book.cells]).encode()).hexdigest()


def write_atomically(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def execute(path, target, varying=False):
    book = read(path)
    client = NotebookClient(book, timeout=CELL_TIMEOUT, kernel_name="tslab", resources={"metadata": {"path": str(NOTEBOOKS)}})
    try:
        client.execute()
    except CellExecutionError as error:
        sys.exit(f"{error}\nnotebooks: {path.name} failed; the lines above name the cell and the error")
    except (CellTimeoutError, DeadKernelError) as error:
        sys.exit(f"notebooks: {path.name} failed: {error}")
    if target == path and not varying:
        keep_varying(book, read(path))
    tidy(book)
    write_atomically(target, nbformat.writes(nbformat.from_dict(book)) + "\n")


def tidy_all(paths):
    """Notebooks that came about elsewhere, made as if they had been saved here."""
    for path in paths:
        book = read(path)
        tidy(book)
        text = nbformat.writes(nbformat.from_dict(book)) + "\n"
        if text != path.read_text(encoding="utf-8"):
            write_atomically(path, text)
            say(f"{path.stem} is tidy now")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--into", type=Path, help="write the executed notebooks into this folder instead of notebooks/")
    parser.add_argument("--tidy", action="store_true", help="execute nothing, only leave out what changes with every execution")
    parser.add_argument("--varying", action="store_true", help=f"also write anew what cells tagged {VARIES} show, such as times")
    parser.add_argument("names", nargs="*", help="notebooks by name, e.g. 04-results (default: all)")
    args = parser.parse_args()
    out = Path(os.path.join(ROOT, os.environ.get("DMS_NTM_OUT") or "."))
    books = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    if args.names:
        known = {p.stem: p for p in books}
        unknown = [n for n in args.names if n not in known]
        if unknown:
            sys.exit(f"notebooks: there is no notebook {unknown[0]}, only {', '.join(known)}")
        books = [known[n] for n in args.names]
    if args.tidy:
        return tidy_all(books)
    into = ROOT / args.into if args.into else NOTEBOOKS
    state_file = (into if args.into else ROOT / "build") / "executed.json"
    try:
        state = json.loads(state_file.read_text())
    except (OSError, ValueError):
        state = {}
    for path in books:
        target = into / path.name
        book = read(path)
        if state.get(path.stem) == cells_digest(book) + inputs_digest(out) and target.exists() and figures_there(book, out):
            say(f"{path.stem} is up to date")
            continue
        say(f"{path.stem} ...")
        started = time.monotonic()
        execute(path, target, args.varying)
        # what the notebook itself trained belongs to what it has read by now
        state[path.stem] = cells_digest(read(path)) + inputs_digest(out)
        write_atomically(state_file, json.dumps(state, indent=1))
        say(f"{path.stem} done in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("notebooks: interrupted; run the command again to go on")
