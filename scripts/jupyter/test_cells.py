"""Mistakes in cells of a notebook, in the kernel itself, and in what `make run` is given: each is told in one line. `make unit` runs this."""

import contextlib
import io
import re
import sys
import tempfile
import time
import unittest
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import run_notebook  # noqa: E402

AFTER_ERROR = 0.25  # seconds; tslab drops what comes sooner after an error

START = """
import {
  buildModel, captureTraining, DivergedError, gaussian, keptModel, project, publishedModels, RandomState, saveFigure, show, studies, tf,
  train, trainingSet, trainMissing, UserError,
} from "dms-ntm";
const model = buildModel({ kind: "mlp", features: 2, hidden: [3], classes: 2 }, 1);
const trainer = await captureTraining(model, { compile: "graph" });
const set = trainingSet([1, 2, 3, 4], [0, 1], [2]);
const options = { epochs: 1, batchSize: 2, learningRate: 0.01, order: RandomState.stream(1, "order") };
"""

# what is typed, and the line that it gives
MISTAKES = {
    'buildModel({ ...publishedModels.gru, dropout: 0.5 } as any, 0);': r"UserError: model config has the unknown key dropout: known are .*initial",
    'buildModel(JSON.parse(\'{"__proto__": {"polluted": 1}, "kind": "gru"}\'), 0);': r"UserError: model config.* is missing, .*|UserError: model config has the unknown key __proto__.*",
    "trainingSet([1, NaN, 3, 4], [0, 1], [2]);": r"UserError: training set: value 1 of sample 0 is NaN, expected a finite number within float32",
    "await train(trainer, trainingSet([1, 2, 3, 4], [0, 7], [2]), options);": r"UserError: training set: label 1 is 7, expected a whole number from 0 to 1",
    "await train(trainer, set, { ...options, epochs: -5 });": r"UserError: epochs is -5, expected a whole number of at least 1",
    "await train(trainer, set, { ...options, batchSize: 64 });": r"UserError: batchSize is 64, expected a whole number from 1 to 2",
    "await train(captureTraining(model) as any, set, options);": r"UserError: trainer is a promise, expected one: `await captureTraining\(model\)` makes it",
    "const broken = { ...set, x: Float32Array.of(1, 2, NaN, 4) };\nawait train(trainer, broken, options);": r"DivergedError: the loss became NaN in epoch 1, after 1 steps, at learning rate 0\.01; the first bad tensor is the input, NaN: look at the data \(seed 1; model mlp, features 2, hidden 3, classes 2; batches of 2\)",
    'await saveFigure(project().figures, "no such figure", { mark: "point" } as any);': r'UserError: figure name is "no such figure", expected .*',
    'await show({ mark: "cube", data: { values: [] } } as any);': r"UserError: figure spec.*",
    'const [part] = studies.smoke.parts;\nawait trainMissing({ ...studies.smoke, parts: [{ ...part, name: "../../x" }] });': r'UserError: (run protocol|part name) is "\.\./\.\./x", expected lower-case letters, digits and dashes',
    'await keptModel("transformer");': r'UserError: model is "transformer", expected one of .*',
    "gaussian({ sigmafloor: 1 } as any);": r"UserError: gaussian shift has the unknown key sigmafloor; did you mean sigmaFloor\?",
}


class Cells(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        book = nbformat.v4.new_notebook()
        place = {"metadata": {"path": str(ROOT / "notebooks")}}
        cls.client = NotebookClient(book, timeout=120, kernel_name="tslab", resources=place, allow_errors=True)
        cls.kernel = cls.client.setup_kernel()
        cls.kernel.__enter__()
        cls.addClassCleanup(cls.kernel.__exit__, None, None, None)
        said = cls.run_cell(START)
        if said:
            raise AssertionError(f"the first cell failed: {said}")

    @classmethod
    def run_cell(cls, source):
        """All that a cell says, as it is shown below it."""
        cell = nbformat.v4.new_code_cell(source)
        cls.client.nb.cells.append(cell)
        cls.client.execute_cell(cell, len(cls.client.nb.cells) - 1)
        parts = [output.get("text") or output.get("data", {}).get("text/plain") or str(output) for output in cell.outputs]
        return "".join(parts)

    def test_a_mistake_gives_one_line_below_its_cell(self):
        for source, line in MISTAKES.items():
            with self.subTest(source):
                said = self.run_cell(source)
                time.sleep(AFTER_ERROR)
                self.assertRegex(said, re.compile(rf"\A(?:{line})\n\Z"))
                self.assertNotIn("    at ", said)
        self.assertEqual(self.run_cell("1 + 1"), "2\n", "the kernel goes on")
        self.assertEqual(self.run_cell('console.log(({} as any).polluted)'), "undefined\n")

    def test_an_error_of_the_library_is_shown_without_its_stack_any_other_with(self):
        self.assertEqual(self.run_cell('new UserError("a is 3, expected 4");'), "UserError: a is 3, expected 4\n")
        self.assertEqual(self.run_cell('console.log("so:", [new UserError("a is 3")]);'), "so: [ UserError: a is 3 ]\n")
        said = self.run_cell('throw new Error("a fault, not a mistake");')
        time.sleep(AFTER_ERROR)
        self.assertIn("Error: a fault, not a mistake\n    at ", said)


class Run(unittest.TestCase):
    """scripts/run_notebook.py, on a notebook that is small."""

    def setUp(self):
        (ROOT / "build").mkdir(exist_ok=True)
        scratch = tempfile.TemporaryDirectory(dir=ROOT / "build")
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.addCleanup(setattr, run_notebook, "NOTEBOOKS", run_notebook.NOTEBOOKS)
        run_notebook.NOTEBOOKS = self.folder
        parameters = nbformat.v4.new_code_cell("let bits = 8; // of a vector", metadata={"tags": ["parameters"]})
        work = nbformat.v4.new_code_cell('import { makeTask } from "dms-ntm";\nmakeTask({ task: "copy", bits: bits }).name;')
        book = nbformat.v4.new_notebook(cells=[parameters, work])
        book.metadata = {"kernelspec": {"name": "tslab", "display_name": "TypeScript", "language": "typescript"}}
        for name in ("01-small", "x"):
            nbformat.write(book, self.folder / f"{name}.ipynb")

    def told(self, *args):
        """What is said of a mistake; papermill's own remarks go to its log."""
        with self.assertRaises(SystemExit) as caught, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            run_notebook.main(*args)
        line = caught.exception.code
        self.assertIsInstance(line, str)
        self.assertNotIn("\n", line)
        return line

    def test_names_that_are_none(self):
        for name in ("", "../x", "x", "01", "../01-small", "01-small.ipynb", str(self.folder / "01-small"), "*"):
            with self.subTest(name):
                self.assertTrue(self.told(name, str(self.folder / "out")).startswith(f'run: there is no notebook "{name}", only 01-small: '))
        self.assertFalse((self.folder / "out").exists())

    def test_parameters_that_are_none(self):
        into = str(self.folder / "out")
        self.assertEqual(self.told("01-small", into, "-p", "bit", "3"), 'run: 01-small has no parameter "bit", only bits')
        self.assertEqual(self.told("01-small", into, "-p", "__proto__", "3"), 'run: 01-small has no parameter "__proto__", only bits')
        self.assertRegex(self.told("01-small", into, "-p", "bits"), r"^run: Option '-p' requires 2 arguments\.$")
        self.assertRegex(self.told("01-small", into, "--fast"), r"^run: No such option '?--fast'?")
        self.assertRegex(self.told("01-small", into, "-p", "bits", str(2**60)), r"^run: parameter 1152921504606846976 is beyond ")
        self.assertFalse((self.folder / "out" / "01-small.ipynb").exists())

    def test_a_folder_that_cant_be_made(self):
        (self.folder / "file").write_text("")
        self.assertRegex(self.told("01-small", str(self.folder / "file" / "out")), r"^run: .*01-small\.ipynb can't be written: Not a directory$")

    def test_a_value_that_the_notebook_refuses(self):
        out = self.folder / "out"
        line = self.told("01-small", str(out), "-p", "bits", "-5")
        expected = f"run: a cell of 01-small failed: UserError: task config.bits is -5, expected at least 1; see {out / '01-small.ipynb'}"
        self.assertEqual(line, expected)
        self.assertIn("let bits = -5;", (out / "01-small.ipynb").read_text())


if __name__ == "__main__":
    unittest.main()
