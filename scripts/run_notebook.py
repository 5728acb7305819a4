#!/usr/bin/env python3
"""Executes one notebook with parameters, as `make run` does: papermill, whose errors become one line.

usage: run_notebook.py NAME FOLDER [-p PARAMETER VALUE ...]

The executed notebook goes to FOLDER/NAME.ipynb, also when a cell fails; what else stands behind FOLDER is papermill's own.
"""

import interrupted

interrupted.watch("run")

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import nbformat
from papermill import cli as papermill_cli
from papermill.cli import papermill
from papermill.exceptions import PapermillException, PapermillExecutionError
from papermill.inspection import inspect_notebook

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"


def fail(text):
    sys.exit("run: " + " ".join(str(text).split()))


def find(name):
    """A notebook of the project. Its name becomes part of a path that is written to, so it is one of those that are there."""
    known = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    if name not in known:
        fail(f'there is no notebook "{name}", only {", ".join(known)}: make run NOTEBOOK=03-training SEEDS=3')
    return NOTEBOOKS / f"{name}.ipynb"


def check_parameters(path, options):
    """papermill would only warn of one that the notebook hasn't."""
    known = list(inspect_notebook(str(path)))
    for option, name in zip(options, options[1:]):
        if option in ("-p", "-r", "--parameters", "--parameters_raw") and name not in known:
            fail(f'{path.stem} has no parameter "{name}", only {", ".join(known)}' if known else f"{path.stem} has no parameters")


def said_by_failed_cell(path):
    """The last thing that the cell said which ended the execution."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.metadata.get("papermill", {}).get("exception"):
            lines = "".join(o.get("text", "") for o in cell.outputs if o.get("name") == "stderr").strip().splitlines()
            # of an error with a stack the line that names it
            named = [line for line in lines if re.match(r"\w*(Error|Exception)\b", line)]
            return (named or lines or ["it ended without a word"])[-1]
    return "no cell says why"


def main(name="", folder="build/run", *options):
    path = find(name)
    check_parameters(path, options)
    target = Path(folder) / path.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # of a kernel that died papermill prints a stack, and ends with 138
        papermill_cli.traceback = SimpleNamespace(print_exc=lambda: None)
        arguments = [str(path), str(target), "--no-progress-bar", "--cwd", str(NOTEBOOKS), *options]
        papermill(arguments, prog_name="run", standalone_mode=False)
    except PapermillExecutionError:
        fail(f"a cell of {name} failed: {said_by_failed_cell(target)}; see {target}")
    except (PapermillException, click.ClickException) as error:
        fail(error.format_message() if isinstance(error, click.ClickException) else error)
    except SystemExit as ended:
        fail(f"the kernel of {name} died: is there enough memory?" if ended.code == 138 else f"papermill ended with {ended.code}")
    except RuntimeError as error:
        fail(f"{name} failed: {error}")
    except OSError as error:
        fail(f"{target} can't be written: {error.strerror}")
    print(f"run: {target}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except click.exceptions.Abort as stopped:  # click's own word for an interrupt
        raise stopped.__cause__ or stopped.__context__ or KeyboardInterrupt from None
