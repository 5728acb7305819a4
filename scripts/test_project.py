#!/usr/bin/env python3
"""Makes a new folder ready by scripts/project.py, as `make project` does, and runs a notebook in it. `make test-pack` calls it.

usage: test_project.py
"""

import interrupted

interrupted.watch("test-project")

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

CELLS = [
    'import { gaussian, ntm, tf } from "dms-ntm";\nconst model = ntm({ features: 2, classes: 3, shift: gaussian({ periodic: true }) });',
    "(model.predict(tf.zeros([4, 5, 2])) as any).shape.join();",
    "model",
]
OTHERS = '{"argv": ["tslab", "kernel"]}'


def expect(what, found):
    if not found:
        raise SystemExit(f"test-project: {what}: that isn't so")
    print(f"test-project: {what}", flush=True)


def shown(folder, cells):
    """What the cells of a notebook in a folder say."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    place = {"metadata": {"path": str(folder)}}
    try:
        NotebookClient(book, timeout=300, kernel_name="tslab", resources=place).execute()
    except CellExecutionError as error:
        return str(error)
    return "".join(output.get("text", "") for cell in book.cells for output in cell.outputs)


def test(scratch):
    os.environ["JUPYTER_DATA_DIR"] = str(scratch / "jupyter")
    import project  # reads the environment when it is asked where kernels are

    folder = scratch / "my project"
    inner = folder / "notebooks"
    inner.mkdir(parents=True)
    expect("without the library a cell says what to do", f'project INTO="{inner}"' in shown(inner, CELLS[:1]))
    project.project(folder)
    said = shown(inner, CELLS)
    expect("a notebook in a folder below finds the library", "4,3" in said and "21,493 parameters" in said)
    expect("package.json is the project's own", '"my-project"' in (folder / "package.json").read_text())
    kernel = scratch / "jupyter/kernels/tslab/kernel.json"
    expect("the kernel is registered", "scripts/jupyter/kernel/main.cjs" in kernel.read_text())
    kernel.write_text(OTHERS)
    project.kernel()
    expect("a kernel of somebody else's stays", kernel.read_text() == OTHERS)


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("DMS_NTM_") and name != "DMS_NTM_CACHE"]:
        del os.environ[name]  # make exports them for the checkout
    with tempfile.TemporaryDirectory(prefix="dms-ntm-project-") as temporary:
        test(Path(temporary).resolve())
    print("1 passed, 0 failed")
