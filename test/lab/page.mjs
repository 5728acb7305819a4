// One notebook in a browser page, used as a reader would: menus, keys, the stop button.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SCRATCH, SCRATCH_NOTEBOOKS } from "./server.mjs";

const CODE_CELL = ".jp-NotebookPanel .jp-CodeCell";
const CHART = ".jp-NotebookPanel .vega-embed";

/** In the page: whether a chart's canvas has anything else on it than its background. */
function isDrawn(chart) {
  const canvas = chart.querySelector("canvas");
  if (!canvas || canvas.width === 0 || canvas.height === 0) return false;
  const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return new Set(pixels).size > 2 && pixels.filter((pixel) => pixel !== pixels[0]).length > 500;
}

/** In the page: the picture as text, to be compared. */
const pictureOf = (chart) => chart.querySelector("canvas").toDataURL();

export class LabPage {
  /** messages of errors that nobody caught in the page */
  errors = [];

  constructor(page, server, notebook) {
    this.page = page;
    this.server = server;
    this.notebook = notebook;
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  /** A notebook in a new page, its kernel ready. */
  static async open(browser, server, notebook) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    page.setDefaultTimeout(60_000);
    const lab = new LabPage(page, server, notebook);
    await page.goto(`${server.url}/lab/tree/${notebook}?token=${server.token}&reset`);
    await page.waitForSelector(CODE_CELL);
    // before the kernel is there, JupyterLab would ask for one
    await lab.waitForIdle();
    return lab;
  }

  /** A page for the length of a test; when that fails there is a screenshot of it. */
  static async with(browser, server, notebook, work) {
    const lab = await LabPage.open(browser, server, notebook);
    try {
      await work(lab);
      assert.deepEqual(lab.errors, [], "errors in the page");
    } catch (error) {
      mkdirSync(join(SCRATCH, "screenshots"), { recursive: true });
      const path = join(SCRATCH, "screenshots", `${notebook.replace(".ipynb", "")}.png`);
      await lab.page.screenshot({ path });
      throw new Error(`${error.message}\nscreenshot: ${path}`, { cause: error });
    } finally {
      await lab.page.close();
      await server.shutdownKernels();
    }
  }

  async waitForIdle() {
    await this.page.waitForFunction(() =>
      /\| Idle/.test(document.querySelector("#jp-main-statusbar")?.textContent ?? ""),
    );
  }

  async #menu(menu, item) {
    await this.page.click(`.lm-MenuBar-item:has-text("${menu}")`);
    await this.page.click(`.lm-Menu-item:has(.lm-Menu-itemLabel:text-is("${item}"))`);
  }

  /** Run > Run All Cells; comes back when no cell is running or waiting any more. */
  async runAll(timeout) {
    await this.#menu("Run", "Run All Cells");
    await this.page.waitForFunction(
      (selector) => {
        const prompts = [...document.querySelectorAll(`${selector} .jp-InputPrompt`)].map(
          ({ textContent }) => textContent,
        );
        return prompts.some((prompt) => /\d/.test(prompt)) && !prompts.some((prompt) => prompt.includes("*"));
      },
      CODE_CELL,
      { timeout, polling: 200 },
    );
    await this.waitForIdle();
  }

  /** Saves the notebook. @returns what is in the file then */
  async saved() {
    const written = this.page.waitForResponse((response) => response.request().method() === "PUT" && response.ok());
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("Control+s");
    await written;
    // JupyterLab's autosave may be at the file in the same moment
    for (let left = 50; ; left--) {
      try {
        return JSON.parse(readFileSync(join(SCRATCH_NOTEBOOKS, this.notebook), "utf8"));
      } catch (error) {
        if (left === 0) throw error;
        await this.page.waitForTimeout(100);
      }
    }
  }

  /** Closes the notebook by the cross of its tab. @returns what JupyterLab asks before, "" if nothing */
  async close() {
    const tab = this.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current");
    await tab.locator(".lm-TabBar-tabCloseIcon").click();
    const dialog = this.page.locator(".jp-Dialog");
    const closed = this.page.locator(".jp-NotebookPanel").first();
    await Promise.race([dialog.waitFor(), closed.waitFor({ state: "detached" })]);
    return (await dialog.count()) > 0 ? dialog.textContent() : "";
  }

  /** Light or dark, where JupyterLab follows the system. */
  async useTheme(colorScheme) {
    await this.page.emulateMedia({ colorScheme });
    await this.page.waitForFunction(
      (light) => document.body.dataset.jpThemeLight === light,
      String(colorScheme === "light"),
    );
  }

  /** Pictures of the whole notebook, a screen each, into files that begin with `path`. */
  async photograph(path) {
    const scroller = this.page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer");
    await scroller.evaluate((element) => element.scrollTo(0, 0));
    for (let i = 1; ; i++) {
      await this.page.screenshot({ path: `${path}-${String(i).padStart(2, "0")}.png` });
      const atEnd = await scroller.evaluate((element) => {
        const before = element.scrollTop;
        element.scrollBy(0, element.clientHeight - 40);
        return element.scrollTop === before;
      });
      if (atEnd) return;
    }
  }

  charts() {
    return this.page.locator(CHART);
  }

  async isDrawn(chart) {
    await chart.scrollIntoViewIfNeeded();
    return chart.evaluate(isDrawn);
  }

  /** What a screen reader says of a chart. */
  async description(chart) {
    return (await chart.locator("[aria-label]").first().getAttribute("aria-label")) ?? "";
  }

  /** Does something to a chart, and waits until its picture is another one. */
  async changesPicture(chart, what, act) {
    const before = await chart.evaluate(pictureOf);
    await act();
    for (let i = 0; i < 50; i++) {
      if ((await chart.evaluate(pictureOf)) !== before) return;
      await this.page.waitForTimeout(100);
    }
    assert.fail(`${what} doesn't change the picture`);
  }

  /** Drags a slider's thumb, from one part of its way to another, each 0 to 1. */
  async drag(slider, from, to) {
    await slider.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await slider.boundingBox();
    const thumb = 16; // the thumb's middle doesn't reach the ends
    const place = (share) => x + thumb / 2 + share * (width - thumb);
    await this.page.mouse.move(place(from), y + height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(place(to), y + height / 2, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Clicks the topmost place of a colour in a chart, which in a legend above the panels is its symbol. */
  async clickColor(chart, color) {
    await chart.scrollIntoViewIfNeeded();
    const canvas = chart.locator("canvas");
    const position = await canvas.evaluate((element, wanted) => {
      const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
      for (let i = 0; i < data.length; i += 4) {
        const hex = [...data.slice(i, i + 3)].map((value) => value.toString(16).padStart(2, "0")).join("");
        if (`#${hex}` === wanted) return { x: (i / 4) % element.width, y: Math.floor(i / 4 / element.width) + 2 };
      }
      return null;
    }, color);
    assert.ok(position, `${color} is nowhere in the chart`);
    await canvas.click({ position });
  }

  cell(index) {
    return this.page.locator(CODE_CELL).nth(index);
  }

  /** Runs one cell without waiting for its end. */
  async start(index) {
    await this.cell(index).locator(".cm-content").click();
    await this.page.keyboard.press("Control+Enter");
  }

  async waitForEnd(index, timeout = 60_000) {
    const prompt = await this.cell(index).locator(".jp-InputPrompt").elementHandle();
    await this.page.waitForFunction((element) => /\[\d+\]/.test(element.textContent), prompt, { timeout, polling: 20 });
  }

  /** Runs one cell to its end. @returns its output as text */
  async run(index, timeout) {
    await this.start(index);
    // from the moment of the key press to the answer the prompt may still show the last run's number
    await this.page.waitForTimeout(200);
    await this.waitForEnd(index, timeout);
    return this.output(index);
  }

  async output(index) {
    return (await this.cell(index).locator(".jp-OutputArea-output").allInnerTexts()).join("\n");
  }

  async stop() {
    await this.page.click('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]');
  }

  /** What Tab offers at a place in a cell, found by the text before it. */
  async complete(index, before) {
    await this.#placeCursor(index, before);
    await this.page.keyboard.press("Tab");
    const items = this.page.locator(".jp-Completer-item .jp-Completer-match");
    await items.first().waitFor();
    const found = await items.allInnerTexts();
    await this.page.keyboard.press("Escape");
    return found;
  }

  /** What Shift-Tab says about the name that ends at a place in a cell. */
  async inspect(index, before) {
    await this.#placeCursor(index, before);
    await this.page.keyboard.press("Shift+Tab");
    const text = await this.page.locator(".jp-Tooltip").textContent();
    await this.page.keyboard.press("Escape");
    return text;
  }

  async #placeCursor(index, before) {
    await this.cell(index).locator(".cm-content").click();
    await this.page.keyboard.press("Control+Home");
    for (const _ of before) await this.page.keyboard.press("ArrowRight");
  }
}
