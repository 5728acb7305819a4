import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { progress } from "../../src/display/progress.js";
import { show, showFigure, showMarkdown } from "../../src/display/show.js";
import { showEach } from "../../src/display/show-each.js";
import { showTable } from "../../src/display/table.js";
import type { Spec } from "../../src/figures/spec.js";
import { UserError } from "../../src/support/user-error.js";

import { madeUp } from "../study/records.js";

interface Sent {
  data: Record<string, unknown>;
  metadata: Record<string, { alt: string }>;
  transient: { display_id?: string };
  update: boolean;
}

/** Runs `work` with tslab's output module stood in for by one that collects what is sent. */
async function insideKernel(work: () => unknown): Promise<Sent[]> {
  const sent: Sent[] = [];
  const path = join("somewhere", "tslab", "dist", "jupyter.js");
  const lastWriteDisplayData = (content: Omit<Sent, "update">, update: boolean) => sent.push({ ...content, update });
  require.cache[path] = { exports: { lastWriteDisplayData } } as unknown as NodeJS.Module;
  try {
    await work();
  } finally {
    delete require.cache[path];
  }
  return sent;
}

async function printed(work: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines;
}

const spec: Spec = {
  title: { text: "Loss" },
  data: { values: [{ x: 1 }] },
  mark: "point",
  encoding: { x: { field: "x" } },
};

describe("inside a kernel", () => {
  test("a figure is one output with Vega-Lite, PNG and text", async () => {
    const [output, ...others] = await insideKernel(() => show(spec));
    assert.equal(others.length, 0);
    const { data, metadata } = output!;
    assert.deepEqual(Object.keys(data), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    const sent = data["application/vnd.vegalite.v5+json"] as Spec;
    assert.match(String(sent.$schema), /vega-lite\/v5\.json$/);
    assert.equal((sent.config as Spec).background, "#ffffff");
    assert.match(String(data["image/png"]), /^iVBORw0KGgo[A-Za-z0-9+/]+=*$/);
    assert.match(metadata["image/png"]!.alt, /^Loss\. Dots\./);
    assert.equal(data["text/plain"], "[figure] Loss");
  });

  test("a figure goes to the cell that asked for it, though drawing takes a while", async () => {
    let drawing: Promise<void> | undefined;
    const first = await insideKernel(() => {
      drawing = show(spec);
    });
    const second = await insideKernel(() => drawing);
    assert.deepEqual([first.length, second.length], [1, 0]);
  });

  test("a figure that is kept too: to the cell that asked, with one remark on it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "show-figure-"));
    process.env.DMS_NTM_OUT = folder;
    const { warn } = console;
    const remarks: string[] = [];
    console.warn = (line: string) => remarks.push(line);
    try {
      let drawing: Promise<void> | undefined;
      const first = await insideKernel(() => {
        drawing = showFigure("odd", { ...spec, title: "\u65e5" });
      });
      const second = await insideKernel(() => drawing);
      assert.deepEqual([first.length, second.length], [1, 0]);
      assert.equal(remarks.length, 1);
      assert.match(remarks[0]!, /has no \u65e5/);
    } finally {
      console.warn = warn;
      delete process.env.DMS_NTM_OUT;
      rmSync(folder, { recursive: true });
    }
  });

  test("tables and Markdown come with a text form", async () => {
    const sent = await insideKernel(() => {
      showTable([{ a: 1 }]);
      showMarkdown("**x**");
    });
    assert.deepEqual(
      sent.map(({ data }) => Object.keys(data)),
      [
        ["text/html", "text/plain"],
        ["text/markdown", "text/plain"],
      ],
    );
  });

  test("progress updates one output in place", async () => {
    const sent = await insideKernel(() => {
      const bar = progress("Training", { total: 2 });
      bar.update({ done: 1 });
      bar.finish();
    });
    assert.deepEqual(
      sent.map(({ update }) => update),
      [false, true],
    );
    assert.ok(sent[0]!.transient.display_id);
    assert.equal(sent[0]!.transient.display_id, sent[1]!.transient.display_id);
  });
});

describe("a figure of each group", () => {
  const records = [madeUp("gru", 0)];
  const groups = [
    { protocol: "published", title: "as published", records },
    { protocol: "sound-40", title: "sound, 40 steps", records: [] },
    { protocol: "odd", title: "odd ones", records },
  ];

  test("is saved and shown, or a line says why not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "show-each-"));
    process.env.DMS_NTM_OUT = folder;
    try {
      const draw = ({ protocol }: (typeof groups)[number]) => {
        if (protocol === "odd") throw new UserError("too few seeds");
        return spec;
      };
      assert.deepEqual(await printed(() => showEach(groups, "loss", draw)), [
        "[figure] Loss",
        "No figure of *odd ones* (odd): too few seeds.",
        "Without a run yet: sound-40 (`make study STUDY=sound-40`).",
      ]);
      assert.deepEqual(readdirSync(join(folder, "figures")).sort(), ["loss_published.png", "loss_published.svg"]);
      const other = () => {
        throw new TypeError("a fault");
      };
      await assert.rejects(showEach(groups, "loss", other), /a fault/);
    } finally {
      delete process.env.DMS_NTM_OUT;
      rmSync(folder, { recursive: true });
    }
  });
});

describe("outside a kernel", () => {
  test("one line for a figure, aligned text for a table", async () => {
    assert.deepEqual(await printed(() => show(spec)), ["[figure] Loss"]);
    assert.deepEqual(await printed(() => showTable([{ a: 1 }])), ["a\n─\n1"]);
    assert.deepEqual(await printed(() => showMarkdown("# x")), ["# x"]);
  });

  test("bad data is refused there too", async () => {
    await assert.rejects(show({ ...spec, data: { values: [{ x: Number.NaN }] } }), /x is NaN/);
  });
});
