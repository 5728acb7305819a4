#!/usr/bin/env python3
"""Packs tfjs-capture and the library, installs each into a new folder outside of the checkout, and uses it there as others would: from
CommonJS, from an ES module, from TypeScript, from a notebook, and the library by its command.

usage: test_pack.py [FOLDER]   (kept if given, else a temporary one)
"""

import interrupted

interrupted.watch("test-pack")

import json
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from setup import ROOT, TOOLS, die, run, tensorflow, with_tools

LIBRARY = """
const model = ntm({ features: 2, classes: 3, shift: gaussian({ periodic: true }) });
const answer = await capture((x) => model.apply(x), [tf.zeros([4, 5, 2])], { compile: "xla" });
console.log("logits", answer(tf.ones([4, 5, 2])).shape.join());
"""
LIBRARY_TYPED = """
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
LIBRARY_CELLS = [
    'import { ntm, gaussian, capture } from "dms-ntm"',
    """import { tf } from "dms-ntm";
import type { Tensor } from "dms-ntm";
const model = ntm({ features: 2, classes: 3, shift: gaussian({ periodic: true }) });
const answer = await capture((x: Tensor) => model.apply(x) as Tensor, [tf.zeros([4, 5, 2])], { compile: "xla" });
console.log("logits", answer(tf.ones([4, 5, 2])).shape.join());""",
]
CAPTURE = """
const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
const trainer = await captureTraining(model, { compile: "xla" });
const loss = trainer.step(tf.ones([4, 2]), tf.tensor1d([0, 1, 2, 0], "int32"), 1e-3);
console.log("loss", loss > 0, trainer.predict(tf.ones([4, 2])).shape.join());
"""
CAPTURE_TYPED = """
import { capture, captureTraining } from "tfjs-capture";
import type { Trainer } from "tfjs-capture";
import type { LayersModel, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";

export async function both(model: LayersModel, x: Tensor2D, y: Tensor1D): Promise<[Trainer, Tensor2D]> {
  const sum = await capture((a: Tensor2D, b: Tensor1D) => a.add<Tensor2D>(b), [x, y]);
  // @ts-expect-error two inputs
  sum(x);
  return [await captureTraining(model), sum(x, y)];
}
"""
CAPTURE_CELLS = [
    'import * as tf from "@tensorflow/tfjs-node";\nimport { captureTraining } from "tfjs-capture"',
    CAPTURE,
]


def program(names, package, body, tensorflow=""):
    """The same program as CommonJS and as an ES module."""
    common = f'const {{ {names} }} = require("{package}");\n' + (f'const tf = require("{tensorflow}");\n' if tensorflow else "")
    module = f'import {{ {names} }} from "{package}";\n' + (f'import * as tf from "{tensorflow}";\n' if tensorflow else "")
    return {"use.cjs": f"{common}(async () => {{{body}}})();\n", "use.mjs": module + body}


def say(text):
    print(f"test-pack: {text}", flush=True)


def packed(workspace, into, needed):
    if (ROOT / "LICENSE").read_bytes() != (ROOT / workspace / "LICENSE").read_bytes():
        die(f"{workspace}/LICENSE differs from LICENSE: copy it")
    printed = run("npm pack", [TOOLS / "npm", "pack", "-w", workspace, "--json", "--pack-destination", into], env=with_tools())
    told = json.loads(printed[printed.index("["):])[0]
    names = {file["path"] for file in told["files"]}
    for name in ("LICENSE", "README.md", "package.json", "dist/src/index.js", "dist/src/index.d.ts", *needed):
        if name not in names:
            die(f"the package lacks {name}")
    if odd := [name for name in names if not name.startswith(("dist/src/", "bin/")) and name not in ("LICENSE", "README.md", "package.json")]:
        die(f"the package has {', '.join(odd)}, which nobody needs")
    say(f"{told['filename']}, {told['size'] / 1e3:.0f} kB, {len(names)} files")
    return into / told["filename"]


def expect(what, printed, wanted):
    if wanted not in printed:
        die(f"{what} printed {printed!r}, expected {wanted!r} in it")
    say(f"{what}: {wanted}")


def notebook(folder, cells):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    try:
        NotebookClient(book, timeout=300, kernel_name="tslab", resources={"metadata": {"path": str(folder)}}).execute()
    except CellExecutionError as error:
        die(f"a notebook cell failed:\n{error}")
    return "".join(output.get("text", "") for cell in book.cells for output in cell.outputs)


def used(folder, packages, files, typed, cells, wanted):
    """Installs packages into a folder and uses them there, in every way that there is."""
    folder.mkdir()
    manifest = {"package.json": json.dumps({"name": "guest", "private": True}), "typed.ts": typed}
    for name, text in {**manifest, **files}.items():
        (folder / name).write_text(text)
    say(f"installing {' and '.join(str(package.name if isinstance(package, Path) else package) for package in packages)} into a new folder")
    run("npm install", [TOOLS / "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", *packages],
        cwd=folder, env=with_tools())
    tensorflow(folder)
    node = [TOOLS / "node", "--no-deprecation"]
    for name in ("use.cjs", "use.mjs"):
        expect(name, run(name, [*node, name], cwd=folder, env=with_tools()), wanted)
    tsc = [TOOLS / "node", ROOT / "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022",
           "typed.ts"]
    for module, resolution in (("node16", "node16"), ("commonjs", "node10"), ("esnext", "bundler")):
        run(f"tsc ({resolution})", [*tsc, "--module", module, "--moduleResolution", resolution], cwd=folder, env=with_tools())
    say("TypeScript finds the types, whichever way modules are resolved")
    expect("notebook", notebook(folder, cells), wanted)


def test(folder):
    capture = packed("capture", folder, [])
    library = packed("lib", folder, ["bin/dms-ntm.js", "dist/src/cli/main.js"])
    peer = json.loads((ROOT / "capture/package.json").read_text())["peerDependencies"]["@tensorflow/tfjs-node"]
    used(folder / "capture", [capture, f"@tensorflow/tfjs-node@{peer}"],
         program("captureTraining", "tfjs-capture", CAPTURE, "@tensorflow/tfjs-node"), CAPTURE_TYPED, CAPTURE_CELLS, "loss true 4,3")
    strangers = [name for name in ("nodejs-polars", "vega", "zod") if (folder / "capture/node_modules" / name).exists()]
    if strangers:
        die(f"tfjs-capture brings {', '.join(strangers)} along")
    into = folder / "lib"
    used(into, [capture, library], program("ntm, gaussian, capture, tf", "dms-ntm", LIBRARY), LIBRARY_TYPED, LIBRARY_CELLS, "logits 4,3")
    expect("npx dms-ntm", run("npx dms-ntm", [TOOLS / "npx", "--no-install", "dms-ntm", "--help"], cwd=into, env=with_tools()), "Usage: dms-ntm")
    data = run("npx dms-ntm data", [TOOLS / "npx", "--no-install", "dms-ntm", "data"], cwd=into, env=with_tools())
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
