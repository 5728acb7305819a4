// What a reader does to the TypeScript kernel from JupyterLab: complete a name, read its documentation, stop a training
// and go on.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { progressHtml } from "../../lib/dist/src/display/progress-view.js";
import { launchChromium } from "./chromium.mjs";
import { LabPage } from "./page.mjs";
import { SCRATCH, startJupyterLab, writeScratchNotebook } from "./server.mjs";

const RECORDS = join(SCRATCH, "data/runs");

/** Records that are there, with the time at which each was written. */
function records() {
  if (!existsSync(RECORDS)) return {};
  const files = readdirSync(RECORDS, { recursive: true }).filter((name) => name.endsWith(".json"));
  return Object.fromEntries(files.map((name) => [name, statSync(join(RECORDS, name)).mtimeMs]));
}

async function until(what, condition, timeout = 90_000) {
  for (const deadline = Date.now() + timeout; !condition(); await wait(20)) {
    if (Date.now() > deadline) assert.fail(`no ${what} within ${timeout / 1000} s`);
  }
}

/** Presses the stop button. @returns milliseconds until the cell has ended */
async function stopTime(lab, index, timeout = 20_000) {
  const pressed = performance.now();
  await lab.stop();
  await lab.waitForEnd(index, timeout);
  const took = performance.now() - pressed;
  await wait(300); // after an error tslab drops the cells that come within 200 ms
  return took;
}

describe("the TypeScript kernel in JupyterLab", () => {
  let server;
  let browser;
  before(async () => {
    [server, browser] = await Promise.all([startJupyterLab(), launchChromium()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test("Tab completes names of the library, Shift-Tab shows what they do", async () => {
    writeScratchNotebook("names.ipynb", [
      'import { sho } from "dms-ntm";',
      'import { buildModel, publishedModels, showMarkdown, showTable } from "dms-ntm";',
      "sho",
      "const model = buildModel(publishedModels.ntm, 1);\nmodel.pred",
      "const { classes: many } = publishedModels.ntm;\n({ many, buildModel, showTable }); showMark",
    ]);
    await LabPage.with(browser, server, "names.ipynb", async (lab) => {
      const exported = await lab.complete(0, "import { sho");
      for (const name of ["showMarkdown", "showTable"])
        assert.ok(exported.includes(name), `Tab in an import offers ${exported}`);
      await lab.run(1);
      const imported = await lab.complete(2, "sho");
      for (const name of ["showMarkdown", "showTable"])
        assert.ok(imported.includes(name), `Tab after sho offers ${imported}`);
      const methods = await lab.complete(3, "const model = buildModel(publishedModels.ntm, 1);\nmodel.pred");
      assert.ok(methods.includes("predict"), `Tab after model.pred offers ${methods}`);
      const said = await lab.inspect(3, "const model = buildModel");
      assert.match(said, /buildModel\(config: /);
      assert.match(said, /Builds a model whose outputs are logits/);
      assert.match(said, /seed of the initial weights/);
      // names of earlier cells in shorthand leave all places where they are
      const typed = "const { classes: many } = publishedModels.ntm;\n({ many, buildModel";
      assert.match(await lab.inspect(4, typed), /buildModel: \(config: ModelConfig, seed: number\)/);
      assert.deepEqual(await lab.complete(4, `${typed}, showTable }); showMark`), ["showMarkdown"]);
      assert.match(await lab.run(4), /^2:36 - Cannot find name 'showMark'/);
    });
  });

  test("a notebook that was made elsewhere shows its last curves when it is opened", async () => {
    const curves = [{ name: "loss", points: [1, 2, 3].map((done) => [done, 1 / done]) }];
    const html = progressHtml({ title: "GRU", state: "done", fraction: 1, notes: [], curves });
    writeScratchNotebook(
      "elsewhere.ipynb",
      ["1"],
      [[{ output_type: "display_data", data: { "text/html": html }, metadata: {} }]],
    );
    await LabPage.with(browser, server, "elsewhere.ipynb", async (lab) => {
      const picture = lab.cell(0).locator(".jp-OutputArea-output img");
      await picture.waitFor();
      assert.equal(await picture.evaluate(({ complete, naturalWidth }) => complete && naturalWidth), 200);
      assert.equal(await picture.getAttribute("alt"), "loss, 0.333 to 1");
    });
  });

  test("a slider follows the pointer and the arrow keys; a click in a legend dims the others", async () => {
    writeScratchNotebook("slider.ipynb", [
      'import { addressingExamples, kernelExplorer, show } from "dms-ntm";\nawait show(kernelExplorer());',
      "await show(addressingExamples());",
    ]);
    await LabPage.with(browser, server, "slider.ipynb", async (lab) => {
      await lab.runAll(60_000);
      const explorer = lab.charts().nth(0);
      const slider = explorer.locator('input[name="delta"]');
      const value = () => slider.inputValue();
      const before = await value();
      await lab.changesPicture(explorer, "dragging the slider", () => lab.drag(slider, (before - -20) / 40, 0.9));
      const dragged = await value();
      assert.notEqual(dragged, before);
      await lab.changesPicture(explorer, "the right arrow", async () => {
        await slider.focus();
        await lab.page.keyboard.press("ArrowRight");
      });
      assert.equal(Number(await value()), Number(dragged) + 0.25);
      const examples = lab.charts().nth(1);
      await lab.changesPicture(examples, "a click in the legend", () => lab.clickColor(examples, "#c2477f"));
    });
  });

  test("the stop button stops a training in the kernel within a second; what it had is there", async () => {
    writeScratchNotebook("stop-kernel.ipynb", [
      `import {
  buildModel, captureTraining, ensureMnist1d, experimentData, inputsOf, interruptible, progress, project, publishedModels,
  RandomState, stride, train,
} from "dms-ntm";
const data = stride(ensureMnist1d(project().data, experimentData), 2);
const trainer = await captureTraining(buildModel(publishedModels.gru, 1));
const losses: number[] = [];`,
      `const live = progress("GRU", { total: 10000, unit: "epochs" });
await interruptible((signal) => train(trainer, inputsOf(data.train, publishedModels.gru), {
  epochs: 10000, batchSize: 64, learningRate: 5e-3, order: RandomState.stream(1, "order"), signal: signal,
  onEpoch: ({ epoch, trainLoss }) => {
    losses.push(trainLoss);
    live.update({ done: epoch, metrics: { loss: trainLoss } });
  },
}));`,
      "1 + 1",
      "losses.length > 1 && losses.every(Number.isFinite)",
    ]);
    await LabPage.with(browser, server, "stop-kernel.ipynb", async (lab) => {
      await lab.run(0);
      await lab.start(1);
      await lab
        .cell(1)
        .locator(".jp-OutputArea-output", { hasText: /\b[2-9] \/ 10000 epochs/ })
        .waitFor();
      const took = await stopTime(lab, 1);
      console.log(`stopped after ${took.toFixed(0)} ms`);
      assert.ok(took < 1000, `the cell ended ${took.toFixed(0)} ms after the stop button`);
      assert.equal((await lab.run(2)).trim(), "2");
      assert.equal((await lab.run(3)).trim(), "true");
    });
  });

  test("a training that compiles says so at once, with its bar; a stop meanwhile ends the cell right after", async () => {
    writeScratchNotebook("compiling.ipynb", [
      'process.env.DMS_NTM_KEEP_COMPILED = "0";',
      `import {
  buildModel, captureTraining, ensureMnist1d, experimentData, inputsOf, interruptible, progress, project, publishedModels,
  RandomState, stride, train,
} from "dms-ntm";
const data = stride(ensureMnist1d(project().data, experimentData), 2);
const trainer = await captureTraining(buildModel(publishedModels.ntm, 1), { compile: "xla" });
const epochs: number[] = [];`,
      `const live = progress("NTM", { total: 10000, unit: "epochs" });
await interruptible((signal) => train(trainer, inputsOf(data.train, publishedModels.ntm), {
  epochs: 10000, batchSize: 64, learningRate: 5e-3, order: RandomState.stream(1, "order"), signal: signal,
  onEpoch: ({ epoch }) => {
    epochs.push(epoch);
    live.update({ done: epoch });
  },
}));`,
      "epochs.length",
    ]);
    await LabPage.with(browser, server, "compiling.ipynb", async (lab) => {
      await lab.run(0);
      await lab.run(1);
      await lab.start(2);
      const shown = lab.cell(2).locator(".jp-OutputArea-output");
      await shown.filter({ hasText: /compiling, about \d+ s/ }).waitFor();
      const said = await lab.output(2);
      assert.match(said, /NTM.*\b0 \/ 10000 epochs/s);
      mkdirSync(join(SCRATCH, "screenshots"), { recursive: true });
      await lab.page.screenshot({ path: join(SCRATCH, "screenshots/compiling.png") });
      // as long as compiling takes, which nothing interrupts
      const took = await stopTime(lab, 2, 120_000);
      console.log(`said ${JSON.stringify(said)}; stopped after ${took.toFixed(0)} ms`);
      const done = Number(await lab.run(3));
      assert.equal(done, 0, `${done} epochs were trained after the stop button`);
    });
  });

  test("the stop button stops a study within a second; its records are kept, and the next run goes on from there", async () => {
    writeScratchNotebook("stop-study.ipynb", [
      `import { studies, trainMissing } from "dms-ntm";
const [part] = studies.smoke.parts;
const gru = { ...part, models: { gru: part.models.gru }, training: { ...part.training, epochs: 4 }, seeds: 3 };
const study = { ...studies.smoke, parts: [gru] };`,
      "const [found] = await trainMissing(study, { workers: 1 });\nfound.evaluation.length",
      "1 + 1",
    ]);
    await LabPage.with(browser, server, "stop-study.ipynb", async (lab) => {
      await lab.run(0);
      await lab.start(1);
      await until("record", () => Object.keys(records()).length > 0);
      const took = await stopTime(lab, 1);
      console.log(`stopped after ${took.toFixed(0)} ms`);
      const kept = records();
      assert.ok(took < 1000, `the cell ended ${took.toFixed(0)} ms after the stop button`);
      assert.ok(Object.keys(kept).length < 3, "it was stopped on its way");
      assert.match(await lab.output(1), /stopped: what is finished is kept, run it again to go on/);
      assert.equal((await lab.run(2)).trim(), "2");
      assert.match(await lab.run(1, 120_000), /\b3\s*$/);
      const all = records();
      assert.equal(Object.keys(all).length, 3);
      for (const [name, written] of Object.entries(kept)) assert.equal(all[name], written, `${name} was made anew`);
    });
  });
});
