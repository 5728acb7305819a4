"""The TypeScript kernel as a notebook meets it. `make unit` runs this."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import nbformat
from jupyter_client import KernelManager
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
AFTER_ERROR = 0.25  # seconds; tslab drops what comes sooner after an error

# cells that follow each other, each with what it shows; every one failed or lost something in tslab alone
PLAIN = [
    ('const curve = [1, 2]; const run = { loss: 3, at: { epoch: 4 } }; enum Kind { A, B };\nimport { wrapAll } from "dms-ntm";', ""),
    ("({ curve, n: curve.length })", "{ curve: [ 1, 2 ], n: 2 }\n"),
    ("({ wrapAll: typeof { wrapAll }.wrapAll, Kind: { Kind }.Kind.B })", "{ wrapAll: 'function', Kind: 1 }\n"),
    ("const { loss: l, at: { epoch } } = run; ({ l, epoch })", "{ l: 3, epoch: 4 }\n"),
    ("let m = 0; ({ loss: m } = run); m", "3\n"),
    ("[run].map(({ loss: own, at: { epoch: e } }) => own + e)", "[ 7 ]\n"),
    ("for (const { loss: own } of [run]) console.log(own)", "3\n"),
    ("let last = 1;", ""),
    ("({ last } = { last: 7 }); last", "7\n"),
    ("({ last = 9 } = {} as any); last", "9\n"),
    ("const later = async () => ({ curve }); (await later()).curve", "[ 1, 2 ]\n"),
    ("await (async () => 5)()", "5\n"),
    ("const five = await (async () => ({ curve }))(); five", "{ curve: [ 1, 2 ] }\n"),
    ("for await (const v of [1, 2]) console.log(v)", "1\n2\n"),
    ("[curve].map((curve) => ({ curve }))", "[ { curve: [ 1, 2 ] } ]\n"),
    ('import { wrapAll as wrap } from "dms-ntm"; typeof { wrap }.wrap', "function\n"),
    ("typeof ({ wrap }).wrap", "function\n"),
]


class Kernel(unittest.TestCase):
    def setUp(self):
        self.open(ROOT / "notebooks")

    def open(self, folder):
        book = nbformat.v4.new_notebook()
        place = {"metadata": {"path": str(folder)}}
        self.client = NotebookClient(book, timeout=120, kernel_name="tslab", resources=place, allow_errors=True)
        kernel = self.client.setup_kernel()
        kernel.__enter__()
        self.addCleanup(kernel.__exit__, None, None, None)

    def run_cell(self, source):
        """All that a cell says, as it is shown below it."""
        cell = nbformat.v4.new_code_cell(source)
        self.client.nb.cells.append(cell)
        self.client.execute_cell(cell, len(self.client.nb.cells) - 1)
        self.outputs = cell.outputs
        return "".join(output.get("text") or output.get("data", {}).get("text/plain") or str(output) for output in cell.outputs)

    def stopped(self, source):
        """What a cell says that is stopped as soon as it has written the file MARK, a string in its source."""
        process = self.client.km.provisioner.process
        with tempfile.TemporaryDirectory() as folder:
            mark = Path(folder) / "running"

            def stop():
                while not mark.exists():
                    time.sleep(0.02)
                self.pressed = time.monotonic()
                os.kill(process.pid, signal.SIGINT)

            button = threading.Thread(target=stop, daemon=True)
            button.start()
            said = self.run_cell(source.replace("MARK", f'require("node:fs").writeFileSync({json.dumps(str(mark))}, "")'))
            self.took = time.monotonic() - self.pressed
            button.join()
        time.sleep(AFTER_ERROR)
        return said

    def test_plain_typescript_works_across_cells(self):
        for source, shown in PLAIN:
            with self.subTest(source):
                self.assertEqual(self.run_cell(source), shown)

    def test_all_that_is_printed_arrives_in_order(self):
        lines = "".join(f"line {i}\n" for i in range(10_000))
        self.assertEqual(self.run_cell("for (let i = 0; i < 10000; i++) console.log(`line ${i}`);"), lines)
        said = self.run_cell("for (let i = 0; i < 1000; i++) { console.log(`line ${i}`); if (i % 10 === 0) await new Promise((r) => setTimeout(r, 1)); }")
        self.assertEqual(said, "".join(f"line {i}\n" for i in range(1000)))
        self.run_cell('import { showMarkdown } from "dms-ntm";\nconsole.log("a"); showMarkdown("b"); console.error("c"); console.log("d");')
        self.assertEqual([o.get("text") or o["data"]["text/markdown"] for o in self.outputs], ["a\n", "b", "c\n", "d\n"])

    def test_a_type_error_says_where_and_what_in_two_lines(self):
        said = self.run_cell('const one = 1;\nconst f: (o: { a: { b: { c: number } } }) => void = () => {};\nf({ a: { b: { c: "x" } } });')
        time.sleep(AFTER_ERROR)
        self.assertEqual(said, "3:15 - Type 'string' is not assignable to type 'number'.\n")
        said = self.run_cell("const f2: (o: { a: { b: { c: number } } }) => void = () => {};\nconst o = { a: { b: { c: 'x' } } };\nf2(o);")
        time.sleep(AFTER_ERROR)
        self.assertRegex(said, r"\A3:4 - Argument of type .* is not assignable .*\n +Type 'string' is not assignable to type 'number'\.\n\Z")
        said = self.run_cell('import { buildModel, publishedModels } from "dms-ntm";\nbuildModel({ ...publishedModels.ntm, hiden: 5 }, 1);')
        time.sleep(AFTER_ERROR)
        self.assertRegex(said, r"\A2:38 - 'hiden' does not exist in type 'NtmConfig'\. Did you mean to write 'hidden'\?\n\Z")
        said = self.run_cell("a1; a2; a3; a4; a5; a6; a7;")
        time.sleep(AFTER_ERROR)
        self.assertRegex(said, r"\A(?:1:\d+ - Cannot find name 'a\d'\.\n){5}and 2 more errors\n\Z")

    def test_a_shift_written_naturally_has_types(self):
        said = self.run_cell("""import { registerShift, shiftOf, tf, wrapAll } from "dms-ntm";
const cauchy = registerShift("cauchy", {}, () => ({
  kind: "cauchy",
  outputs: 1,
  offsets: (slots) => Array.from({ length: slots }, (_, d) => d),
  kernel: (raw, slots) => {
    const distance = wrapAll(tf.sub(tf.range(0, slots), raw), slots);
    return { kernel: tf.softmax(tf.neg(tf.log1p(tf.square(distance)))), parameters: { delta: raw } };
  },
}));
shiftOf(cauchy({})).kernel(tf.tensor2d([[1]]), 5).kernel.shape.join();""")
        self.assertEqual(said, "1,5\n")

    def test_what_a_cell_ends_with_fits_a_screen(self):
        self.run_cell('import { buildModel, publishedModels, tf } from "dms-ntm";\nimport pl from "nodejs-polars";')
        self.assertEqual(self.run_cell("tf.ones([1, 2])"), "Tensor float32 [1, 2]\n[[1, 1]]\n")
        self.assertIn("21,526 parameters", self.run_cell("buildModel(publishedModels.ntm, 1)"))
        self.run_cell("pl.DataFrame({ a: [1, 2] })")
        self.assertIn("<table>", self.outputs[0]["data"]["text/html"])
        long = self.run_cell("Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a${i}`, { i, list: [1, 2, 3], more: { i } }]))")
        self.assertEqual(long.count("\n"), 31)
        self.assertRegex(long, r"\n\.\.\. and 72 more lines: console\.log shows them all\n\Z")
        self.assertEqual(self.run_cell('"a\\nb"'), "a\nb\n")
        awaited = "a Promise: write await before it to see what comes of it\n"
        self.assertEqual(self.run_cell("new Promise(() => {})"), awaited)
        self.assertEqual(self.run_cell("(async () => 1)()"), awaited)
        self.run_cell('import { figures } from "dms-ntm";')
        said = self.run_cell('figures.themed({ data: { values: [{ x: 1, y: NaN }] }, mark: "point", encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } } })')
        self.assertRegex(said, r"\A(?:UserError: )?figure data: y is NaN, expected a finite number in row 1[^\n]*\n\Z")
        said = self.run_cell('class Odd { [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("odd"); } }\nnew Odd();')
        self.assertRegex(said, r"\Awhat the cell ends with can't be printed: Error: odd\n")
        self.assertEqual(self.run_cell("const after = 1;"), "")
        self.run_cell('const shared = tf.layers.dense({ units: 2 });\nconst [long1, short1] = [20, 10].map((n) => tf.input({ shape: [n, 3] }));')
        said = self.run_cell("tf.model({ inputs: [long1, short1], outputs: [long1, short1].map((x) => shared.apply(x)) as never })")
        self.assertRegex(said, r"several shapes")
        said = self.run_cell('const failing = async () => { throw new Error("odd"); }; failing()')
        self.assertRegex(said, r"\AError: odd\n(?: +at .*\n)*\Z")
        self.assertEqual(self.run_cell("({ get $schema() { throw new Error('odd'); } })"), "{ '$schema': [Getter] }\n")

    def test_an_error_shows_the_lines_of_the_cell_alone(self):
        said = self.run_cell('function fails() { throw new Error("a fault"); }\nfails();')
        time.sleep(AFTER_ERROR)
        self.assertIn("Error: a fault\n    at fails (", said)
        self.assertRegex(said, r"\AError: a fault\n(    at .*evalmachine.*\n)+\Z")
        self.run_cell('Promise.reject(new Error("lost"));')
        time.sleep(AFTER_ERROR)

    def test_a_stopped_loop_that_knows_nothing_of_it_says_so_in_one_line(self):
        self.assertEqual(self.stopped("for (;;) { await new Promise((r) => setTimeout(r, 10)); MARK; }"), "stopped\n")
        self.assertEqual(self.stopped("MARK; for (;;);"), "stopped\n")
        said = self.stopped('import { progress } from "dms-ntm";\nconst idle = progress("idle");\nidle.update({ done: 1 }); MARK; for (;;);')
        self.assertRegex(said, r"stopped\n")
        self.assertRegex(said, r"✗ idle, stopped, 1 steps")
        self.assertEqual(self.run_cell("1 + 1"), "2\n")

    def test_a_stopped_training_ends_its_bar_and_keeps_the_curve(self):
        self.run_cell("""import { buildModel, captureTraining, progress, RandomState, train, trainingSet } from "dms-ntm";
const model = buildModel({ kind: "mlp", features: 2, hidden: [3], classes: 2 }, 1);
const trainer = await captureTraining(model, { compile: "graph" });
const set = trainingSet([1, 2, 3, 4], [0, 1], [2]);
const order = RandomState.stream(1, "order");
let before = "kept";""")
        said = self.stopped("""const losses: number[] = [];
const bar = progress("MLP", { total: 1e9, unit: "epochs" });
await train(trainer, set, { epochs: 1e9, batchSize: 2, learningRate: 0.01, order,
  onEpoch: ({ epoch, trainLoss }) => { 
    losses.push(trainLoss);
    bar.update({ done: epoch, metrics: { loss: trainLoss } });
    if (epoch === 20) MARK;
  } });
bar.finish();
const before = 5;
const after = 1;""")
        self.assertLess(self.took, 4, "before the kernel loses its patience")
        self.assertRegex(said, r"✗ MLP, stopped, \d+ / 1000000000 epochs, ")
        self.assertEqual(said.count("stopped"), 2, "one line, and the bar")
        self.assertNotIn(" left", said)
        self.assertEqual(self.run_cell("({ some: losses.length > 1, before })"), "{ some: true, before: 'kept' }\n")
        count = self.run_cell("losses.length")
        time.sleep(0.3)
        self.assertEqual(self.run_cell("losses.length"), count, "nothing goes on behind it")
        self.assertRegex(self.run_cell("after"), r"Cannot find name 'after'")

    def test_what_a_failed_cell_had_declared_is_kept(self):
        self.run_cell('import { UserError } from "dms-ntm";\nconst both = "old";\nfunction earlier() { return both; }')
        self.run_cell("""const a = 1, [b] = [2];
import { wrapAll, tf as tensors } from "dms-ntm";
import * as path from "node:path";
interface Point { x: number }
function g() { return a; }
class C { own = a; }
throw new UserError("no");
const both = 5, never = 6;""")
        time.sleep(AFTER_ERROR)
        said = self.run_cell("const p: Point = { x: 1 };\n({ a, b, g: g(), C: new C().own, both, e: earlier(), w: typeof wrapAll, t: typeof tensors.add, s: path.sep })")
        self.assertEqual(re.sub(r"\s+", " ", said), "{ a: 1, b: 2, g: 1, C: 1, both: 'old', e: 'old', w: 'function', t: 'function', s: '/' } ")

    def test_without_the_library_one_line_says_what_to_do(self):
        with tempfile.TemporaryDirectory() as folder:
            self.open(folder)
            said = self.run_cell('import { tf, ntm } from "dms-ntm";\nconst model = ntm({ hidden: 3 });')
            where = re.escape(str(Path(folder).resolve()))
            self.assertRegex(said, rf'\A1:25 - "dms-ntm" isn\'t installed here: run `make -C ".*" project INTO="{where}"`, then restart the kernel\n\Z')


class Shutdown(unittest.TestCase):
    def test_a_kernel_that_is_ended_while_it_starts_goes_by_itself_without_a_word(self):
        """Under load messages come before Node.js hears that it is bound: until then zeromq refuses to receive them, and to answer."""
        with tempfile.TemporaryDirectory() as folder:
            hook = Path(folder) / "busy.cjs"
            hook.write_text(f"""const zmq = require({json.dumps(str(ROOT / "node_modules/zeromq"))});
const {{ bind }} = zmq.Router.prototype;
async function value(address) {{
  await bind.call(this, address);
  require("node:crypto").pbkdf2("a", "b", 2_000_000, 64, "sha512", () => {{}});
  await bind.call(this, "tcp://127.0.0.1:*");
}}
Object.defineProperty(zmq.Router.prototype, "bind", {{ value }});""")
            env = {**os.environ, "UV_THREADPOOL_SIZE": "1", "NODE_OPTIONS": f"--require={hook}"}
            manager = KernelManager(kernel_name="tslab")
            log = Path(folder) / "said"
            with log.open("w") as said:
                manager.start_kernel(env=env, cwd=str(ROOT / "notebooks"), stdout=said, stderr=subprocess.STDOUT)
            process, client = manager.provisioner.process, manager.client()
            client.start_channels(hb=False)
            try:
                client.shutdown()
                self.assertEqual(process.wait(timeout=60), 0, log.read_text())
            finally:
                process.kill()
                client.stop_channels()
                manager.cleanup_resources()
            self.assertEqual(log.read_text(), "")


if __name__ == "__main__":
    unittest.main()
