// Every notebook as it is committed, opened on a laptop's screen, light and dark: nothing is too wide for its place, no
// header is endless, no name broken, no words lie on each other; and it closes without a question. NOTEBOOK=02-models
// chooses one.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launchChromium } from "./chromium.mjs";
import { chartFaults, layoutFaults } from "./layout.mjs";
import { LabPage } from "./page.mjs";
import { chosenNotebooks, committedNotebook, copyNotebook, SCRATCH, startJupyterLab } from "./server.mjs";

const SCREENSHOTS = join(SCRATCH, "screenshots");

describe("notebooks on a laptop", () => {
  let server;
  let browser;
  before(async () => {
    const settings = { "@jupyterlab/apputils-extension:themes": { "adaptive-theme": true } };
    [server, browser] = await Promise.all([startJupyterLab({ settings }), launchChromium()]);
    mkdirSync(SCREENSHOTS, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const name of chosenNotebooks()) {
    test(name, { timeout: 300_000 }, async () => {
      copyNotebook(name, { outputs: true });
      await LabPage.with(browser, server, name, async (lab) => {
        for (const colorScheme of ["light", "dark"]) {
          await lab.useTheme(colorScheme);
          assert.deepEqual(await layoutFaults(lab), [], colorScheme);
          await lab.photograph(join(SCREENSHOTS, `${name.replace(".ipynb", "")}-${colorScheme}`));
        }
        assert.equal(await lab.close(), "", "it closes without a question, as nobody touched it");
      });
      assert.deepEqual(await chartFaults(browser, committedNotebook(name)), []);
    });
  }
});
