// Every notebook in a real JupyterLab: Run All Cells, no error, every chart is drawn and described, every slider and
// menu below a chart changes it, and what JupyterLab saves is made like what is committed. NOTEBOOK=02-models chooses
// one.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchChromium } from "./chromium.mjs";
import { LabPage } from "./page.mjs";
import { chosenNotebooks, committedNotebook, startJupyterLab } from "./server.mjs";

const MINUTES = 60_000;

/** Source of a cell, for messages. */
const start = (cell) => JSON.stringify([cell.source].flat().join("").slice(0, 60));

/** A notebook without its results: what must be the same whoever executes and saves it. */
function skeleton({ metadata, cells }) {
  return {
    metadata,
    cells: cells.map(({ id, cell_type, metadata, execution_count, outputs }) => ({
      ...{ id, cell_type, metadata, execution_count },
      outputs: outputs?.map(({ output_type, data, metadata }) => ({
        output_type,
        metadata: described(metadata),
        kinds: Object.keys(data ?? {}).sort(),
      })),
    })),
  };
}

/** What a picture shows in words hangs on the numbers, and they on the processor: only that it is said counts. */
function described(metadata) {
  const { alt } = metadata?.["image/png"] ?? {};
  return alt === undefined
    ? metadata
    : { ...metadata, "image/png": { ...metadata["image/png"], alt: alt.length > 20 } };
}

function failed(output) {
  return output.output_type === "error" || (output.output_type === "stream" && output.name === "stderr");
}

describe("notebooks in JupyterLab", () => {
  let server;
  let browser;
  before(async () => {
    [server, browser] = await Promise.all([startJupyterLab(), launchChromium()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const name of chosenNotebooks()) {
    test(name, { timeout: 30 * MINUTES }, async () => {
      await LabPage.with(browser, server, name, async (lab) => {
        await lab.runAll(20 * MINUTES);
        const saved = await lab.saved();
        const code = saved.cells.filter(({ cell_type }) => cell_type === "code");
        for (const cell of code) {
          assert.deepEqual(cell.outputs.filter(failed), [], `the cell ${start(cell)}`);
          assert.ok(cell.execution_count > 0, `the cell ${start(cell)} hasn't run`);
        }
        assert.deepEqual(skeleton(saved), skeleton(committedNotebook(name)));
        const drawn = code
          .flatMap(({ outputs }) => outputs)
          .filter(({ data }) => data?.["application/vnd.vegalite.v5+json"]);
        const charts = await lab.charts().all();
        assert.equal(charts.length, drawn.length, "charts on the page");
        for (const [i, chart] of charts.entries()) {
          const which = `chart ${i + 1} of ${charts.length}`;
          assert.ok(await lab.isDrawn(chart), `${which} is empty`);
          assert.ok((await lab.description(chart)).length > 20, `${which} has no description`);
          await tryControls(lab, chart, i);
        }
      });
    });
  }
});

async function tryControls(lab, chart, i) {
  for (const slider of await chart.locator('input[type="range"]').all()) {
    const what = `the slider ${await slider.getAttribute("name")} of chart ${i + 1}`;
    const at = await slider.evaluate(({ value, min, max }) => (value - min) / (max - min));
    await lab.changesPicture(chart, what, () => lab.drag(slider, at, at > 0.5 ? at - 0.3 : at + 0.3));
  }
  for (const menu of await chart.locator("select").all()) {
    const what = `the menu ${await menu.getAttribute("name")} of chart ${i + 1}`;
    await lab.changesPicture(chart, what, async () => {
      const { selected, count } = await menu.evaluate(({ selectedIndex, options }) => ({
        selected: selectedIndex,
        count: options.length,
      }));
      await menu.selectOption({ index: (selected + 1) % count });
    });
  }
}
