"""Tests of dms_ntm_jupyter: `make unit` runs them."""

import copy
import json
import math
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat
from papermill.exceptions import PapermillException
from papermill.parameterize import parameterize_notebook

from dms_ntm_jupyter.parameters import TypeScriptTranslator
from dms_ntm_jupyter.tidy import TIDY_AS, keep_varying, pre_save, tidy

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / ".venv/node-bin/node"
sys.path.insert(0, str(ROOT / "scripts"))


def book(*cells):
    made = nbformat.v4.new_notebook(cells=list(cells))
    made.metadata = nbformat.from_dict({"kernelspec": {"name": "tslab", "display_name": "T", "language": "typescript"}})
    return made


def code(source, outputs=(), count=None, **metadata):
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


class Parameters(unittest.TestCase):
    VALUES = {
        "quotes": "it's \"so\" \\ `${x}`\n\tand é \u2028 😀",
        "count": 3, "negative": -7, "share": 0.1, "small": 5e-324, "large": 1e300, "whole": 2.0,
        "yes": True, "no": False, "nothing": None, "empty": "", "none": [], "bare": {},
        "list": [1, "two", None, [True, {"a": 1.5}]], "dict": {"a b": [1], "__proto": "x", 'q"': {"deep": False}},
        "tuple_": (1, 2),
    }

    def run_node(self, source):
        done = subprocess.run([NODE, "-"], input=source, text=True, encoding="utf-8", capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_values_arrive_as_they_are(self):
        source = TypeScriptTranslator.codify(self.VALUES)
        self.assertTrue(source.startswith("// Parameters\nlet quotes = "))
        found = self.run_node(source + f"console.log(JSON.stringify({{ {', '.join(self.VALUES)} }}))")
        self.assertEqual(found, json.loads(json.dumps(self.VALUES)))

    def test_numbers_that_json_lacks(self):
        source = TypeScriptTranslator.codify({"a": math.nan, "b": math.inf, "c": [-math.inf]})
        self.assertEqual(source, "// Parameters\nlet a = NaN;\nlet b = Infinity;\nlet c = [-Infinity];\n")

    def test_what_cant_arrive_is_refused(self):
        with self.assertRaisesRegex(PapermillException, "9007199254740992 is beyond 9007199254740991"):
            TypeScriptTranslator.codify({"big": 2**53})
        with self.assertRaisesRegex(PapermillException, "'my-seeds' is no name in TypeScript"):
            TypeScriptTranslator.codify({"my-seeds": 3})

    def test_the_cell_of_parameters_is_read(self):
        cell = {"source": "// for papermill\nlet seeds: number | undefined = undefined; // seeds a model\nconst name = \"a = b\"\nlet n=2;"}
        self.assertEqual(
            [tuple(p) for p in TypeScriptTranslator.inspect(cell)],
            [("seeds", "number | undefined", "undefined", "seeds a model"), ("name", "None", '"a = b"', ""), ("n", "None", "2", "")],
        )

    def test_papermill_finds_the_translator_by_itself(self):
        made = "import papermill.translators as t; import papermill; print(t.papermill_translators.find_translator('tslab', 'typescript'))"
        done = subprocess.run([sys.executable, "-c", made], text=True, capture_output=True, check=True)
        self.assertIn("TypeScriptTranslator", done.stdout)
        given = book(code("let seeds = 5;", tags=["parameters"]))
        given.metadata.papermill = {}
        with_cell = parameterize_notebook(given, {"seeds": 3})
        self.assertEqual(with_cell.cells[1].source, "// Parameters\nlet seeds = 3;\n")

    def test_notebooks_that_take_parameters_declare_them(self):
        for name in ("03-training", "04-results"):
            notebook = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4)
            tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
            self.assertEqual(len(tagged), 1, name)
            self.assertIn("seeds", [p.name for p in TypeScriptTranslator.inspect(tagged[0])])


def chart():
    return nbformat.v4.new_output("display_data", data={"application/vnd.vegalite.v5+json": {"mark": "bar"}, "image/png": "iVBOR"})


def stream(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


class Tidy(unittest.TestCase):
    def test_the_same_results_are_the_same_file_however_they_came_about(self):
        kept = {"text/html": "<b>GRU</b>", "text/plain": "GRU"}
        shown = lambda seconds: nbformat.v4.new_output(
            "display_data", data={"text/html": f"<b>GRU</b> {seconds} s", "text/plain": f"GRU, {seconds} s"}, metadata={TIDY_AS: kept})
        headless = book(code("a", [chart()], 1, execution={"iopub.status.busy": "2020"}), code("b", [stream("1\n2\n"), shown(4)], 2))
        by_hand = book(
            code("a", [chart()], 41, trusted=True, scrolled=False),
            code("b", [stream("1\n"), stream("2\n"), shown(9)], 42, collapsed=True),
        )
        by_hand.metadata.language_info = {"name": "typescript", "version": "3.7.2", "codemirror_mode": {"name": "javascript"}}
        for cell, same in zip(by_hand.cells, headless.cells):
            cell.id = same.id
        self.assertNotEqual(nbformat.writes(headless), nbformat.writes(by_hand))
        tidy(headless)
        tidy(by_hand)
        self.assertEqual(nbformat.writes(headless), nbformat.writes(by_hand))
        self.assertEqual(by_hand.cells[1].outputs[1].data, kept)
        self.assertEqual(by_hand.cells[1].outputs[1].metadata, {})
        nbformat.validate(by_hand)
        again = copy.deepcopy(by_hand)
        tidy(again)
        self.assertEqual(again, by_hand)

    def test_what_says_something_stays(self):
        notebook = book(code("a", [], 5, tags=["parameters"]), code("b", [], 3), code("c"))
        tidy(notebook)
        self.assertEqual([cell.execution_count for cell in notebook.cells], [5, 3, None])
        self.assertEqual(notebook.cells[0].metadata, {"tags": ["parameters"]})
        alone = book(code("a", [nbformat.v4.new_output("display_data", data={"image/png": "iVBOR"})], 1))
        tidy(alone)
        self.assertEqual(alone.cells[0].outputs[0].data, {"image/png": "iVBOR"})
        other = book(code("a", [], 7))
        other.metadata.kernelspec.name = "python3"
        pre_save({"type": "notebook", "content": other})
        self.assertEqual(other.cells[0].execution_count, 7)

    def test_cells_that_vary_keep_what_they_showed(self):
        before = book(code("a", [stream("1 ms")], tags=["varies"]), code("b", [stream("1 ms")]), code("c", [stream("1 ms")], tags=["varies"]))
        now = book(code("a", [stream("2 ms")], tags=["varies"]), code("b", [stream("2 ms")]), code("c + 1", [stream("2 ms")], tags=["varies"]))
        keep_varying(now, before)
        self.assertEqual([cell.outputs[0].text for cell in now.cells], ["1 ms", "2 ms", "2 ms"])

    def test_the_committed_notebooks_are_tidy(self):
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            text = path.read_text(encoding="utf-8")
            notebook = nbformat.reads(text, as_version=4)
            tidy(notebook)
            self.assertEqual(nbformat.writes(notebook) + "\n", text, f"{path.name}: `make tidy` and save it again")

    def test_executed_twice_the_file_is_the_same(self):
        from run_notebooks import execute
        source = '''import { progress, show, showTable } from "dms-ntm";
const bar = progress("Counting", { total: 3 });
for (let i = 1; i <= 3; i++) { bar.update({ done: i, metrics: { loss: 1 / i } }); await new Promise((r) => setTimeout(r, 40)); }
bar.finish();
showTable([{ a: 1.5 }]);
console.log("one"); console.log("two");
await show({ title: "T", data: { values: [{ a: 1, b: 2 }] }, mark: "point", encoding: { x: { field: "a" }, y: { field: "b" } } });
1 + 1'''
        with tempfile.TemporaryDirectory() as folder:
            given, first, second = (Path(folder) / name for name in ("given.ipynb", "1.ipynb", "2.ipynb"))
            given.write_text(nbformat.writes(book(code(source), code("2 + 2"))), encoding="utf-8")
            execute(given, first)
            execute(first, second)
            self.assertEqual(first.read_text(), second.read_text())
            cells = nbformat.read(second, as_version=4).cells
            self.assertIn("✓ Counting, 3 / 3 steps, loss 0.3333", cells[0].outputs[0].data["text/plain"])
            self.assertEqual([c.execution_count for c in cells], [1, 2])

    def test_what_was_saved_meanwhile_stays(self):
        from run_notebooks import execute
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "given.ipynb"
            saved = nbformat.writes(book(code("3")))
            source = f"require('node:fs').writeFileSync({json.dumps(str(path))}, {json.dumps(saved)});"
            path.write_text(nbformat.writes(book(code(source))), encoding="utf-8")
            with self.assertRaisesRegex(SystemExit, "given.ipynb was changed while it was executed: it stays as it is now"):
                execute(path, path)
            self.assertEqual(path.read_text(encoding="utf-8"), saved)


if __name__ == "__main__":
    unittest.main()
