#!/usr/bin/env python3
"""Packs the library, installs it into a new folder outside of the checkout, and uses it there as others would: from CommonJS, from an ES
module, from TypeScript, from a notebook, and by its command.

usage: test_pack.py [FOLDER]   (kept if given, else a temporary one)
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from setup import ROOT, TOOLS, die, run, tensorflow, with_tools

USE = """
const model = ntm({ features: 2, classes: 3, shift: gaussian({ periodic: true }) });
const answer = await capture((x) => model.apply(x), [tf.zeros([4, 5, 2])], { compile: "xla" });
console.log("logits", answer(tf.ones([4, 5, 2])).shape.join());
"""
TYPED = """
import { ntm, gaussian, capture, tf } from "dms-ntm";
import type { LayersModel, Tensor } from "dms-ntm";

export async function logits(x: Tensor): Promise<Tensor> {
  const model: LayersModel = ntm({ features: 2, classes: 3, shift: gaussian({ periodic: true }) });
  const answer = await capture((input: Tensor) => model.apply(input) as Tensor, [tf.zeros([4, 5, 2])]);
  // @ts-expect-error the types are there: a seed is a number
  ntm({}, "1");
  return answer(x);
}
"""
FILES = {
    "package.json": json.dumps({"name": "guest", "private": True}),
    "use.cjs": f'const {{ ntm, gaussian, capture, tf }} = require("dms-ntm");\n(async () => {{{USE}}})();\n',
    "use.mjs": f'import {{ ntm, gaussian, capture, tf }} from "dms-ntm";\n{USE}',
    "typed.ts": TYPED,
}
CELLS = [
    'import { ntm, gaussian, capture } from "dms-ntm"',
    """import { tf } from "dms-ntm";
import type { Tensor } from "dms-ntm";
const model = ntm({ features: 2, classes: 3, shift: gaussian({ periodic: true }) });
const answer = await capture((x: Tensor) => model.apply(x) as Tensor, [tf.zeros([4, 5, 2])], { compile: "xla" });
console.log("logits", answer(tf.ones([4, 5, 2])).shape.join());""",
]


def say(text):
    print(f"test-pack: {text}", flush=True)


def packed(into):
    printed = run("npm pack", [TOOLS / "npm", "pack", "-w", "lib", "--json", "--pack-destination", into], env=with_tools())
    told = json.loads(printed[printed.index("["):])[0]
    names = {file["path"] for file in told["files"]}
    for name in ("LICENSE", "README.md", "package.json", "dist/src/index.js", "dist/src/index.d.ts", "dist/src/cli/main.js"):
        if name not in names:
            die(f"the package lacks {name}")
    if odd := [name for name in names if not name.startswith("dist/src/") and name not in ("LICENSE", "README.md", "package.json")]:
        die(f"the package has {', '.join(odd)}, which nobody needs")
    say(f"{told['filename']}, {told['size'] / 1e3:.0f} kB, {len(names)} files")
    return into / told["filename"]


def expect(what, printed, wanted):
    if wanted not in printed:
        die(f"{what} printed {printed!r}, expected {wanted!r} in it")
    say(f"{what}: {wanted}")


def notebook(folder):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    try:
        NotebookClient(book, timeout=300, kernel_name="tslab", resources={"metadata": {"path": str(folder)}}).execute()
    except CellExecutionError as error:
        die(f"a notebook cell failed:\n{error}")
    return "".join(output.get("text", "") for cell in book.cells for output in cell.outputs)


def test(folder):
    if (ROOT / "LICENSE").read_bytes() != (ROOT / "lib/LICENSE").read_bytes():
        die("lib/LICENSE differs from LICENSE: copy it")
    tarball = packed(folder)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    say("installing it into a new folder")
    run("npm install", [TOOLS / "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", tarball],
        cwd=folder, env=with_tools())
    tensorflow(folder)
    node = [TOOLS / "node", "--no-deprecation"]
    for name in ("use.cjs", "use.mjs"):
        expect(name, run(name, [*node, name], cwd=folder, env=with_tools()), "logits 4,3")
    tsc = [TOOLS / "node", ROOT / "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022",
           "typed.ts"]
    for module, resolution in (("node16", "node16"), ("commonjs", "node10"), ("esnext", "bundler")):
        run(f"tsc ({resolution})", [*tsc, "--module", module, "--moduleResolution", resolution], cwd=folder, env=with_tools())
    say("TypeScript finds the types, whichever way modules are resolved")
    expect("notebook", notebook(folder), "logits 4,3")
    expect("npx dms-ntm", run("npx dms-ntm", [TOOLS / "npx", "--no-install", "dms-ntm", "--help"], cwd=folder, env=with_tools()), "Usage: dms-ntm")
    data = run("npx dms-ntm data", [TOOLS / "npx", "--no-install", "dms-ntm", "data"], cwd=folder, env=with_tools())
    expect("npx dms-ntm data", data, "3200 training and 800 test samples")


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("DMS_NTM_") and name != "DMS_NTM_CACHE"]:
        del os.environ[name]  # make exports them for the checkout
    if len(sys.argv) > 1:
        kept = Path(sys.argv[1]).resolve()
        kept.mkdir(parents=True, exist_ok=True)
        test(kept)
    else:
        with tempfile.TemporaryDirectory(prefix="dms-ntm-pack-") as temporary:
            test(Path(temporary))
    print("1 passed, 0 failed")
