// The static pages in a browser without a network, from the disk: no request leaves, every chart is drawn, sliders work
// without a kernel, formulas show, nothing sticks out on a phone. PAGE=05-addressing chooses one.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launchChromium } from "./chromium.mjs";
import { ROOT } from "./server.mjs";

const SITE = join(ROOT, "build/site");
const SCREENSHOTS = join(ROOT, "build/site-screenshots");
const chosen = process.env.PAGE ?? "";
const pages = readdirSync(SITE, { recursive: true })
  .filter((name) => name.endsWith(".html") && name.includes(chosen))
  .sort();
assert.ok(pages.length > 0, `build/site has no page ${chosen}: run \`make site\``);

const shot = (page, name) =>
  page.screenshot({ path: join(SCREENSHOTS, `${name.replaceAll("/", "_")}.png`), fullPage: false });

describe("the site", () => {
  let browser;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    browser = await launchChromium();
  });
  after(() => browser?.close());

  /** A page from the disk; what it asks for and what goes wrong in it is kept. */
  async function open(name, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
    const page = await context.newPage();
    const seen = { requests: [], errors: [] };
    page.on("request", (request) => seen.requests.push(request.url()));
    page.on("pageerror", (error) => seen.errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
    await page.goto(pathToFileURL(join(SITE, name)).href);
    return { page, seen, close: () => context.close() };
  }

  const sideways = (page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  for (const name of pages) {
    test(name, async () => {
      const still = await open(name, { javaScriptEnabled: false });
      const pictures = await still.page
        .locator("figure.chart .still")
        .evaluateAll((all) => all.map(({ alt, naturalWidth, clientWidth }) => ({ alt, naturalWidth, clientWidth })));
      assert.equal(pictures.length, await still.page.locator("figure.chart").count(), "a picture where no script runs");
      for (const { alt, naturalWidth, clientWidth } of pictures) {
        assert.ok(naturalWidth > 200 && clientWidth === naturalWidth, `a picture is ${clientWidth} pixels wide`);
        assert.ok(alt.length > 20, `a picture is described by "${alt}"`);
      }
      await still.close();

      const { page, seen, close } = await open(name);
      for (const figure of await page.locator("figure.chart").all()) {
        await figure.scrollIntoViewIfNeeded();
        await page.waitForFunction((element) => element.dataset.live === "true", await figure.elementHandle(), {
          timeout: 30_000,
        });
        assert.ok((await figure.locator("svg.marks path, svg.marks text").count()) > 3, "a chart is empty");
        for (const slider of await figure.locator('input[type="range"]').all()) {
          const before = await figure.locator("svg.marks").innerHTML();
          await slider.evaluate((element) => {
            element.value = Number(element.value) === Number(element.max) ? element.min : element.max;
            element.dispatchEvent(new Event("input", { bubbles: true }));
          });
          await page.waitForFunction(
            ([element, was]) => element.querySelector("svg.marks").innerHTML !== was,
            [await figure.elementHandle(), before],
          );
        }
      }
      for (const picture of await page.locator("img").all())
        assert.ok(
          await picture.evaluate(({ complete, naturalWidth }) => complete && naturalWidth > 0),
          "a picture is missing",
        );
      const broken = await page.locator("a[href]").evaluateAll((links) => links.map(({ href }) => href));
      for (const href of broken.filter((address) => address.startsWith("file:"))) {
        const there = pages.includes(href.slice(pathToFileURL(SITE).href.length + 1).split("#")[0]);
        assert.ok(there || chosen !== "", `a link goes to ${href}, which isn't there`);
      }
      assert.ok(
        // biome-ignore lint/performance/useDomNodeTextContent: MathML holds its source out of sight
        !/\$\$|\\(?:frac|propto|sum|exp)\b/.test(await page.locator("main").innerText()),
        "a formula is shown as its source",
      );
      assert.deepEqual(
        seen.requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:")),
        [],
      );
      assert.deepEqual(seen.errors, []);
      assert.equal(await sideways(page), 0, "the page scrolls sideways at 1280 pixels");
      await page.evaluate(() => scrollTo(0, 0));
      await shot(page, `${name}-light`);
      await close();

      const phone = await open(name, {
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        colorScheme: "dark",
      });
      assert.equal(await sideways(phone.page), 0, "the page scrolls sideways on a phone");
      const background = await phone.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(background, "rgb(21, 24, 27)", "dark where the reader wants it dark");
      await shot(phone.page, `${name}-phone-dark`);
      await phone.close();
    });
  }
});
