#!/usr/bin/env python3
"""Executes the project's notebooks headless, each in a fresh kernel, two at a time; skips those that are up to date.

usage: run_notebooks.py [--into FOLDER] [--varying] [NAME ...]

Without --into the outputs are written back into notebooks/. A notebook is up to date when neither its cells, nor the library, nor
the records and data sets that it reads have changed since it was executed, and the figures that it drew are there.
"""

import interrupted

interrupted.watch("notebooks")

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from dms_ntm_jupyter.tidy import VARIES, keep_varying, tidy

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
AFTER = {"04-results": "03-training"}  # the one makes runs that are missing, the other shows them
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
    before = cells_digest(book)
    client = NotebookClient(book, timeout=CELL_TIMEOUT, kernel_name="tslab", resources={"metadata": {"path": str(NOTEBOOKS)}})
    try:
        client.execute()
    except CellExecutionError as error:
        sys.exit(f"{error}\nnotebooks: {path.name} failed; the lines above name the cell and the error")
    except (CellTimeoutError, RuntimeError) as error:  # of a kernel that died, or didn't start
        sys.exit(f"notebooks: {path.name} failed: {error}")
    if target == path and cells_digest(read(path)) != before:
        sys.exit(f"notebooks: {path.name} was changed while it was executed: it stays as it is now, run the command again")
    if target == path and not varying:
        keep_varying(book, read(path))
    tidy(book)
    write_atomically(target, nbformat.writes(nbformat.from_dict(book)) + "\n")


def in_turns(books, start, ended):
    """Executes each notebook in a process of its own, as many at once as there are cores, two at most. The first failure stops the others.

    start(path) gives the process, or None where there is nothing to do; ended(path) is called when it has succeeded.
    """
    waiting, running = list(books), {}
    try:
        while waiting or running:
            busy = {path.stem for path in [*waiting, *running]}
            ready = [path for path in waiting if AFTER.get(path.stem) not in busy]
            if ready and len(running) < min(2, os.cpu_count() or 1):
                waiting.remove(ready[0])
                process = start(ready[0])
                if process:
                    running[ready[0]] = process
                continue
            time.sleep(0.1)
            for path, process in list(running.items()):
                if process.poll() is None:
                    continue
                del running[path]
                if process.returncode != 0:
                    process.said.seek(0)
                    sys.exit(process.said.read().rstrip() or f"notebooks: {path.name} failed")
                ended(path)
    finally:
        # each shuts its kernel down at this signal
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait()


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
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)  # the process of one notebook
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
    if args.alone:
        return execute(books[0], into / books[0].name, args.varying)
    started, cells, done = {}, {}, []

    def start(path):
        book, target = read(path), into / path.name
        if state.get(path.stem) == cells_digest(book) + inputs_digest(out) and target.exists() and figures_there(book, out):
            say(f"{path.stem} is up to date")
            return None
        say(f"{path.stem} ...")
        started[path], cells[path] = time.monotonic(), cells_digest(book)
        options = [*(["--into", args.into] if args.into else []), *(["--varying"] if args.varying else [])]
        command = [sys.executable, __file__, "--alone", *options, path.stem]
        said = tempfile.TemporaryFile("w+")
        # a session of its own: Ctrl-C reaches this process alone, which then stops the others
        process = subprocess.Popen(command, stderr=said, start_new_session=True)
        process.said = said
        return process

    def ended(path):
        done.append(path)
        # what one of them trained belongs to what all have read by now
        digest = inputs_digest(out)
        for one in done:
            state[one.stem] = cells[one] + digest
        write_atomically(state_file, json.dumps(state, indent=1))
        say(f"{path.stem} done in {time.monotonic() - started[path]:.0f} s")

    in_turns(books, start, ended)


if __name__ == "__main__":
    main()
