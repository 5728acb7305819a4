import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import pl from "nodejs-polars";
import * as figures from "../../src/figures/index.js";
import { inOrder, modelColors } from "../../src/figures/names.js";
import { type Spec, withParts } from "../../src/figures/spec.js";
import { studies } from "../../src/studies/index.js";
import { compare, compareModels, type RunRecord, recordsOf } from "../../src/study/index.js";
import { UserError } from "../../src/support/user-error.js";
import { broken, madeUpSound } from "../study/records.js";
import { userMessage } from "../support.js";
import { madeUpRecord, madeUpRecords } from "./records.js";
import { madeUpWalks } from "./walks.js";

const wave = (length: number) => Array.from({ length }, (_, i) => Math.sin(i / 3));
const heads = ["read", "write"].flatMap((head) =>
  [0, 1, 2].flatMap((step) => [0, 1, 2, 3].map((slot) => ({ head, step, slot, weight: slot === step ? 0.7 : 0.1 }))),
);

const costs = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) => ({ sequences: 100 * (i + 1), cost: from / (i + 1) }));
const trace: figures.TaskTrace = {
  task: "copy",
  length: 1,
  inputs: [
    [0, 1],
    [-0.5, 0],
    [0, 0],
  ],
  targets: [null, null, [1]],
  outputs: [[0.5], [0.1], [0.9]],
  heads: [
    { head: "read", step: 0, slot: 7, weight: 1 },
    { head: "read", step: 2, slot: 0, weight: 0.9 },
    { head: "write", step: 1, slot: 1, weight: 0.6 },
    { head: "write", step: 1, slot: 4, weight: 0.01 },
  ],
};

const NAMES = ["mlp", "gru", "gru-large", "lstm", "ntm", "dms", "dms-periodic", "ntm-learned", "dms-learned"];

/**
 * Records of the sound protocol, each model a step better than the one before but for the last two, which are alike.
 */
function soundRecords(seeds = 12, names = NAMES): RunRecord[] {
  return names.flatMap((name, i) =>
    Array.from({ length: seeds }, (_, seed) =>
      madeUpSound(name, seed, { correct: 500 + 20 * Math.min(i, names.length - 2) + ((seed * (i + 3)) % 7) }),
    ),
  );
}

const sound = soundRecords();
const asked = compare(studies.sound, sound).filter(({ family }) => family !== "description");

/** Every figure, with texts that must be in its picture. */
const EVERY: Record<string, { spec: Spec; texts: string[] }> = {
  lossComparison: {
    spec: figures.lossComparison(madeUpRecords()),
    texts: [
      "training loss (nats)",
      "epoch",
      "mean over 5 seeds",
      "guessing: ln 10",
      "MLP\u200261.1 ± 0.9 %",
      "DMS-NTM\u2002",
    ],
  },
  lossComparisonOfOneSeed: {
    spec: figures.lossComparison(madeUpRecords(["gru"], 1), { title: "A & B" }),
    texts: ["A &amp; B", "one run a model", "GRU\u200281.6 %"],
  },
  accuracyCurves: { spec: figures.accuracyCurves(madeUpRecords()), texts: ["test accuracy (%)", "guessing: 10 %"] },
  accuracyStrip: {
    spec: figures.accuracyStrip(madeUpRecords(), { mlp: 0.6075, dms: 0.8087 }),
    texts: ["DMS-NTM", "83.3 ± 0.9 %", "diamonds: published run, ± 1 standard error over 800 test samples"],
  },
  accuracyStripOfManyModels: {
    spec: figures.accuracyStrip(sound),
    texts: ["DMS-NTM periodic", "95 % over seeds (thick), 95 % by the choice of 800 test samples (thin)"],
  },
  validationCurves: {
    spec: figures.accuracyCurves(sound, { set: "validation" }),
    texts: ["validation accuracy (%)", "mean over 12 seeds, band from the lowest to the highest"],
  },
  curvesOfARunThatDiverged: {
    spec: figures.lossComparison([...soundRecords(3, ["gru"]), broken(madeUpSound("gru", 3))]),
    texts: ["1 run diverged: drawn up to there"],
  },
  rankDiagram: {
    spec: figures.rankDiagram(sound),
    texts: ["mean rank", "over 12 seeds, 1 is the best", "9.00\u2002MLP", "DMS-NTM periodic\u20023.00"],
  },
  differenceForest: {
    spec: figures.differenceForest(asked, { title: "Differences" }),
    texts: ["continuous or discrete shifts", "DMS-NTM periodic − NTM learned", "a memory or none", "points"],
  },
  searchScatter: {
    spec: figures.searchScatter(madeUpRecords()),
    texts: ["learning rate", "1e-3", "trial accuracy (%)", "8 epochs on 2,000 samples, scored on the test set"],
  },
  addressingExamples: {
    spec: figures.addressingExamples(),
    texts: [
      "δ = −7",
      "σ = 0.3",
      "relative slot",
      "slot, for a head that stood on slot 5",
      "weight, on a square-root scale",
    ],
  },
  kernelExplorer: {
    spec: figures.kernelExplorer(),
    texts: ["dots: published, total 1.000", "rings: periodic, total 1.000"],
  },
  kernelExplorerOfADeadHead: {
    spec: figures.kernelExplorer({ delta: 12, sigma: 0.3 }),
    texts: ["dots: published, total 0.000 (dead head)", "rings: periodic, total 1.000"],
  },
  signalGrid: {
    spec: figures.signalGrid([
      { panel: "template", values: wave(12) },
      { panel: "noisy", values: new Float32Array(wave(40)), series: "ours" },
    ]),
    texts: ["template", "noisy", "position", "ours"],
  },
  classMeans: {
    spec: figures.classMeans([0, 1, 1].map((digit) => ({ digit, values: wave(40) }))),
    texts: ["digit 0", "digit 1", "3 signals; band: ± 1 standard deviation"],
  },
  signalOverlay: {
    spec: figures.signalOverlay(wave(40)),
    texts: ["all 40 features", "every second feature: 20 steps"],
  },
  addressingWalkFigure: {
    spec: figures.addressingWalkFigure(madeUpWalks()),
    texts: [
      "read head",
      "write head",
      "gold: the chosen step",
      "NTM",
      "DMS-NTM periodic",
      "gate g",
      "strength β",
      "write: slot by step",
    ],
  },
  weightsComparison: {
    spec: figures.weightsComparison(madeUpWalks()),
    texts: ["one sample, digit 2", "read head", "write head", "NTM", "DMS-NTM periodic", "weight"],
  },
  weightsHeatmap: { spec: figures.weightsHeatmap(heads), texts: ["read head", "write head", "slot", "step", "weight"] },
  taskTrace: {
    spec: figures.taskTrace(trace),
    texts: ["copy, length 1", "inputs", "targets", "outputs", "write: slot", "read: slot", "step"],
  },
  taskTraceWithoutMemory: {
    spec: figures.taskTrace({ ...trace, heads: [] }, { title: "A GRU" }),
    texts: ["A GRU", "outputs", "step"],
  },
  costByLength: {
    spec: figures.costByLength(
      ["ntm", "lstm"].flatMap((model) => [0, 1].map((seed) => ({ model, seed, length: 20, cost: seed / 10 }))),
      { trained: 20, unit: "vectors" },
    ),
    texts: ["NTM", "LSTM", "length (vectors)", "longest in training", "median over 2 seeds", "0.001"],
  },
  costCurves: {
    spec: figures.costCurves([{ model: "dms", seed: 0, curve: costs(3) }], { level: { cost: 0.5, label: "optimal" } }),
    texts: ["DMS-NTM", "sequences seen", "optimal", "one run a model", "cost (bits per sequence)"],
  },
};

describe("every figure", () => {
  for (const [name, { spec, texts }] of Object.entries(EVERY)) {
    test(`${name} is plain JSON, draws without a remark, twice the same, and says what it shows`, async () => {
      assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
      assert.equal(spec.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
      const remarks: string[] = [];
      const warn = (line: string) => remarks.push(line);
      const svg = await figures.renderSvg(spec, { warn });
      assert.deepEqual(remarks, []);
      assert.equal(await figures.renderSvg(spec, { warn }), svg);
      for (const text of texts) assert.ok(svg.includes(text), `${JSON.stringify(text)} is not in the picture`);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
      const width = Number(/ width="([\d.]+)"/.exec(svg)![1]);
      assert.ok(width > 200 && width <= 760, `${width} px wide`);
      for (const [, size] of svg.matchAll(/font-size="([\d.]+)px"/g))
        assert.ok(Number(size) >= 12, `text of ${size} px`);
    });
  }
});

test("every figure of the library is drawn here, or in tasks.test.ts", () => {
  const others = [
    "copyLengths",
    "focusOutcomes",
    "taskOutcomes",
    "rangeCosts",
    "focusEnds",
    "shiftShares",
    "digitsByLength",
    "headPaths",
  ];
  const helpers = ["checkFigureData", "clickable", "describeFigure", "dimmed", "modelTitle", "renderPng", "renderSvg"];
  const numbers = ["saveFigure", "shiftKernel", "shiftWeights", "taskTitle", "themed"];
  const drawn = Object.keys(figures).filter((name) => ![...helpers, ...numbers, ...others].includes(name));
  assert.deepEqual(
    drawn.filter((name) => !(name in EVERY)),
    [],
  );
});

describe("what figures say to those who don't see them, and to the pointer", () => {
  for (const [name, { spec, texts }] of Object.entries(EVERY)) {
    test(`${name} has a description, in the picture too, and tooltips; a click in its legend dims the others`, async () => {
      const description = spec.description as string;
      const { text } = spec.title as { text: string };
      assert.ok(description.startsWith(text) && description.length > text.length + 20, description);
      assert.doesNotMatch(description, /undefined|NaN|\[object|\.\.| {2}/);
      const svg = await figures.renderSvg(spec);
      const said = /^<svg role="img" aria-label="([^"]+)"/.exec(svg)?.[1] ?? "";
      assert.equal(said.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">"), description);
      assert.doesNotMatch(svg, /<path [^>]*\bopacity="0"/);
      const units = withParts(spec).filter((part) => "mark" in part || "encoding" in part);
      const encodings = units.flatMap(({ encoding }) => (encoding ? [encoding as Spec] : []));
      assert.ok(
        encodings.some(({ tooltip }) => Array.isArray(tooltip)),
        "no tooltips",
      );
      const legend = encodings.some(({ color }) => {
        const { field, type, legend } = (color ?? {}) as Spec;
        return field !== undefined && type === "nominal" && legend !== null;
      });
      const bound = withParts(spec)
        .flatMap(({ params }) => (params ?? []) as Spec[])
        .filter(({ bind }) => bind === "legend");
      assert.equal(bound.length, legend ? 1 : 0, texts[0]);
    });
  }

  test("a chart written by hand has tooltips where the pointer finds single marks, and rules and texts have none", async () => {
    const { compile } = (await import("vega-lite")) as unknown as { compile(spec: Spec): { spec: { marks: unknown } } };
    const tooltips = (mark: unknown) => {
      const encoding = { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } };
      const compiled = compile(
        figures.themed({ data: { values: [{ x: 1, y: 2 }] }, mark, encoding, title: "By hand" }),
      );
      return JSON.stringify(compiled.spec.marks).split('"tooltip":').length - 1;
    };
    for (const mark of ["point", "bar", "rect", "circle"]) assert.equal(tooltips(mark), 1, mark);
    assert.equal(tooltips({ type: "line", point: true }), 1);
    for (const mark of ["line", "area", "rule", "text"]) assert.equal(tooltips(mark), 0, mark);
  });

  test("a chart written by hand gets a legend to click by `clickable` and `dimmed`, and keeps its tooltips", async () => {
    const chart = {
      title: "By hand",
      data: { values: [0, 1].map((x) => ({ x, set: `set ${x}` })) },
      params: [figures.clickable("set")],
      mark: { type: "line", point: { tooltip: true } },
      encoding: {
        x: { field: "x", type: "quantitative" },
        color: { field: "set", type: "nominal" },
        opacity: figures.dimmed(),
      },
    };
    const remarks: string[] = [];
    const svg = await figures.renderSvg(chart, { warn: (line) => remarks.push(line) });
    assert.deepEqual(remarks, []);
    assert.ok(svg.includes("set 1") && !svg.includes('opacity="0.125"'));
    assert.match(svg, /<g class="mark-symbol role-mark layer_1_marks"(?![^>]*pointer-events="none")/);
  });

  /** Titles of what a figure's tooltips tell, its fields where they have none. */
  const told = (spec: Spec) =>
    withParts(spec)
      .flatMap(({ encoding }) => ((encoding as Spec | undefined)?.tooltip ?? []) as Spec[])
      .map(({ field, title }) => title ?? field);

  test("intervals, what is compared with and the signal are told to the pointer", () => {
    const strip = told(figures.accuracyStrip(madeUpRecords(), { mlp: 0.6075 }));
    for (const what of [
      "95 % over seeds",
      "95 % by the choice of 800 test samples",
      "published (%)",
      "1 standard error below",
    ])
      assert.ok(strip.includes(what), `${what}: ${strip}`);
    const means = withParts(EVERY.accuracyStrip!.spec).find(({ encoding }) =>
      JSON.stringify(encoding ?? {}).includes("95 % over seeds"),
    ) as { data: { values: { seeds: string; samples: string; accuracy: number }[] } };
    for (const { seeds, samples, accuracy } of means.data.values) {
      const [[low, high], [least, most]] = [seeds, samples].map((text) => text.split(" to ").map(Number)) as [
        [number, number],
        [number, number],
      ];
      assert.ok(least < low && low <= accuracy && accuracy <= high && high < most, `${seeds}; ${samples}`);
    }
    assert.ok(told(figures.addressingWalkFigure(madeUpWalks())).includes("signal"));
  });

  test("the numbers of a comparison are in its description", () => {
    const said = (name: string) => EVERY[name]!.spec.description as string;
    assert.match(said("accuracyStrip"), /MLP: 61\.1 ± 0\.9 %; GRU: .*Published: MLP 60\.8 %, DMS-NTM 80\.9 %\./);
    assert.match(said("rankDiagram"), /DMS-NTM periodic 3\.00, .*MLP 9\.00\. No two differ of /);
    assert.match(said("differenceForest"), /DMS-NTM periodic − NTM learned: .* \(.* to .*\)/);
    assert.match(said("lossComparison"), /Across: epoch\. Up: training loss \(nats\)\. Colours: MLP/);
  });

  test("a description of one's own stays, and a chart without a title has one too", () => {
    const chart = { data: { values: [] }, mark: "bar", encoding: { x: { field: "a" }, y: { field: "b", title: "B" } } };
    assert.equal(figures.describeFigure(chart), "Bars. Across: a. Up: B.");
    assert.equal(figures.themed({ ...chart, description: "Mine" }).description, "Mine");
    assert.equal(figures.describeFigure({}), "A chart.");
  });

  test("every committed figure has one", () => {
    const folder = join(__dirname, "../../../../figures");
    const names = readdirSync(folder).filter((name) => name.endsWith(".svg"));
    assert.ok(names.length > 0);
    for (const name of names) {
      const head = readFileSync(join(folder, name), "utf8").slice(0, 200);
      assert.match(head, /^<svg role="img" aria-label="[^"]{40,}/, name);
    }
  });

  for (const path of ["README.md", "docs/results.md"]) {
    test(`every picture in ${path} has one`, () => {
      const text = readFileSync(join(__dirname, "../../../..", path), "utf8");
      const pictures = [...text.matchAll(/!\[([^\]]*)\]\(/g)];
      assert.ok(pictures.length > 0);
      for (const [, alt] of pictures) assert.ok(alt!.length > 20, `${alt}`);
      assert.doesNotMatch(text, /<img(?![^>]*\balt="[^"]{20,}")/);
    });
  }
});

describe("colours and order", () => {
  test("the four models keep their colours whatever else is drawn", () => {
    const [ntm] = modelColors(["ntm"]);
    assert.equal(modelColors(["a", "ntm", "b"])[1], ntm);
    assert.equal(new Set(modelColors(["mlp", "gru", "ntm", "dms", "a", "b", "c"])).size, 7);
    assert.deepEqual(inOrder(["x", "dms", "mlp", "x"]), ["mlp", "dms", "x"]);
    assert.deepEqual(inOrder(["dms-a", "ntm", "gru-large", "gru", "dms"]), ["gru-large", "gru", "ntm", "dms-a", "dms"]);
    assert.equal(new Set(modelColors([...NAMES, "bigru", "cnn"])).size, 11);
    assert.ok(modelColors([...NAMES, "bigru", "cnn", "a", "b"]).every(Boolean));
    const own = Array.from({ length: 10 }, (_, i) => `own${i}`);
    assert.equal(new Set(modelColors(own)).size, 10);
    assert.equal(figures.modelTitle("dms-periodic"), "DMS-NTM periodic");
    assert.equal(figures.modelTitle("other"), "other");
  });
});

describe("records that don't belong in one figure", () => {
  const records = madeUpRecords(["ntm"], 2);
  test("none, two protocols, a run twice, curves of different length", () => {
    assert.throws(() => figures.lossComparison([]), /no run records to draw/);
    const fixed = { ...madeUpRecord("dms", 0), protocol: "fixed" };
    assert.throws(() => figures.lossComparison([...records, fixed]), /protocols "published" and "fixed"/);
    assert.throws(() => figures.accuracyStrip([...records, records[0]!]), /ntm with seed 0 twice/);
    assert.throws(
      () =>
        figures.accuracyCurves(
          records.map((record) => ({ ...record, curve: [], diverged: { epoch: 1, step: 1, loss: "NaN" } })) as never,
        ),
      /no epochs to draw: all \d+ runs diverged in their first/,
    );
    assert.throws(
      () => figures.accuracyCurves([...records, madeUpRecord("ntm", 7, 3)]),
      /30 epochs with seed 0 and 3 with seed 7/,
    );
  });

  test("mean, lowest and highest seed are those of the records", () => {
    const [a, b] = records.map((record) => record.curve[4]!.trainLoss) as [number, number];
    const rows = (
      figures.lossComparison(records).data as { values: { epoch: number; mean: number; min: number; max: number }[] }
    ).values;
    const row = rows.find(({ epoch }) => epoch === 5)!;
    assert.ok(Math.abs(row.mean - (a + b) / 2) < 1e-12);
    assert.deepEqual([row.min, row.max], [Math.min(a, b), Math.max(a, b)]);
  });

  test("a search needs trials, and a published accuracy is a fraction", () => {
    assert.throws(
      () => figures.searchScatter(records.map((record) => ({ ...record, trials: [] }))),
      /no trials to draw/,
    );
    assert.throws(() => figures.accuracyStrip(records, { ntm: 83.4 }), /published.ntm is 83.4, expected a fraction/);
  });

  test("a search within a decade has numbers on its axis, and one epoch has dots", async () => {
    const narrow = records.map((record) => {
      const search = { ...(record.config.training.learningRate as object), range: [2e-3, 8e-3] };
      const trials = record.trials.map((trial) => ({ ...trial, learningRate: 4e-3 }));
      const training = { ...record.config.training, learningRate: search };
      return { ...record, trials, config: { ...record.config, training } };
    });
    assert.match(await figures.renderSvg(figures.searchScatter(narrow as never)), />[2-8]e-3</);
    const one = records.map((record) => ({ ...record, curve: record.curve.slice(0, 1) }));
    const dotsOf = async (spec: Spec) =>
      (await figures.renderSvg(spec)).match(/<circle [^>]*fill="#0072b2"/g)?.length ?? 0;
    assert.ok((await dotsOf(figures.lossComparison(one))) >= 1);
    assert.ok((await dotsOf(figures.signalGrid([{ panel: "a", values: [1] }]))) >= 1);
  });
});

describe("costs of tasks", () => {
  const rowsOf = (spec: Spec) => (spec.data as { values: Record<string, number>[] }).values;

  test("the median, lowest and highest of the seeds; a run that stopped early counts on with its last cost", () => {
    const runs = [costs(3), costs(1, 0.3), costs(3, 6)].map((curve, seed) => ({ model: "ntm", seed, curve }));
    const rows = rowsOf(figures.costCurves(runs));
    const near = (value: number) => Math.round(1e6 * value) / 1e6;
    assert.deepEqual(
      rows.map(({ at, median, low, high, seeds }) => [at, near(median!), near(low!), near(high!), seeds]),
      [
        [100, 1, 0.3, 6, 3],
        [200, 0.5, 0.3, 3, 3],
        [300, 0.333333, 0.3, 2, 3],
      ],
    );
  });

  test("runs that report at other places: drawn where all that still run have a point, or have ended", () => {
    const at = (...points: [sequences: number, cost: number][]) =>
      points.map(([sequences, cost]) => ({ ...costs(1)[0]!, sequences, cost }));
    const runs = [at([100, 4], [200, 2]), at([50, 8], [100, 6], [150, 1])].map((curve, seed) => ({
      model: "ntm",
      seed,
      curve,
    }));
    const rows = rowsOf(figures.costCurves(runs)).map(({ at, low, high, seeds }) => [at, low, high, seeds]);
    assert.deepEqual(rows, [
      [100, 4, 6, 2],
      [200, 1, 2, 2],
    ]);
    assert.throws(() => figures.costCurves([runs[0]!, runs[0]!]), /ntm with seed 0 is there twice, expected one curve/);
  });

  test("a run that diverged is drawn up to there, and what it then costs at the axis' end", () => {
    const runs = [costs(3), costs(1, 100), costs(3, 6)].map((curve, seed) => ({ model: "ntm", seed, curve }));
    const spec = figures.costCurves(runs.map((run) => ({ ...run, diverged: run.seed === 1 ? {} : undefined })));
    assert.deepEqual(
      rowsOf(spec).map(({ seeds }) => seeds),
      [3, 2, 2],
    );
    assert.match(JSON.stringify(spec.title), /1 of 3 runs diverged: drawn up to there/);
    const ended = figures.costByLength([{ model: "ntm", seed: 0, length: 5, cost: Number.MAX_VALUE }]);
    assert.equal(rowsOf(ended)[0]!.median, 1e6);
    assert.match(JSON.stringify(ended.title), /1 of 1 costs are above 1000000 and drawn there/);
    const broken = figures.rangeCosts(recordsOf(studies["paper-size"]));
    assert.ok(rowsOf(broken).every(({ highAt }) => highAt! <= 1e6));
    assert.match(JSON.stringify(broken.title), /upper end is above 1000000, for runs diverged/);
  });

  test("a cost of 0 is drawn at the floor of the logarithmic scale", () => {
    const rows = rowsOf(figures.costByLength([{ model: "ntm", seed: 0, length: 5, cost: 0 }]));
    assert.equal(rows[0]!.median, 1e-3);
  });

  test("the axis has the decades of the costs and of the level, and no others", () => {
    const domain = (own: readonly number[], level?: { cost: number; label: string }) =>
      JSON.stringify(
        figures.costCurves(
          own.map((first, seed) => ({ model: "ntm", seed, curve: costs(1, first) })),
          level ? { level } : {},
        ),
      ).match(/"domain":(\[[^\]]+\])/)![1];
    assert.equal(domain([140, 190]), "[100,1000]");
    assert.equal(domain([140, 190], { cost: 13, label: "optimal" }), "[10,1000]");
    assert.equal(domain([10]), "[10,100]");
    assert.equal(domain([0, 0.02]), "[0.001,0.1]");
  });

  test("the trace draws the arc of the ring that heads use, across its seam, and nothing fainter than it says", () => {
    const spec = figures.taskTrace(trace) as {
      vconcat: { data: { values: object[] }; encoding: { y: { scale: Spec } } }[];
    };
    const write = spec.vconcat[3]!;
    assert.deepEqual(write.encoding.y.scale.domain, [7, 0, 1]);
    assert.deepEqual(write.data.values, [{ step: 1, place: 1, value: 0.6 }]);
    assert.deepEqual(spec.vconcat[2]!.data.values, [{ step: 2, place: 0, value: 0.9 }]);
  });

  test("the trace says how its slot axis is turned, and its panels hold their titles", () => {
    const drawn = (used: number[], slots: number) => {
      const rows = used.map((slot, step) => ({ head: "read", step, slot, weight: 1 }));
      const heads = [...rows, { head: "read", step: 0, slot: slots - 1, weight: 0 }];
      const { title, vconcat } = figures.taskTrace({ ...trace, heads }) as {
        title: { subtitle: string[] };
        vconcat: { height: { step: number }; encoding: { y: { scale: { domain: number[] } } } }[];
      };
      const { height, encoding } = vconcat.at(-1)!;
      return { says: title.subtitle[1], height: height.step * encoding.y.scale.domain.length };
    };
    assert.equal(drawn([0, 1, 2], 3).says, undefined);
    assert.equal(drawn([2, 3], 9).says, "slots 2 to 3 of 0 to 8: no head has 5 % of its weight on one of the others");
    assert.match(drawn([3], 9).says!, /^slot 3 of 0 to 8: /);
    const turned = drawn([8, 0], 9);
    assert.equal(
      turned.says,
      "the slot axis is turned: slot 8, then 0; no head has 5 % of its weight on one of the others",
    );
    assert.ok(turned.height >= 70, `"read: slot" upright on ${turned.height} pixels`);
  });

  test("no weight is drawn on a slot that it isn't on", () => {
    const weights = [0.5, 0.03, 0.3, 0.03, 0.06, 0.03, 0.03, 0.02, 0];
    const heads = weights.map((weight, slot) => ({ head: "read", step: 0, slot, weight }));
    const { title, vconcat } = figures.taskTrace({ ...trace, heads }) as {
      title: { subtitle: string[] };
      vconcat: { data: { values: { place: number }[] }; encoding: { y: { scale: { domain: number[] } } } }[];
    };
    const { data, encoding } = vconcat.at(-1)!;
    assert.deepEqual(encoding.y.scale.domain, [0, 1, 2, 3, 4], "a slot with 6 % belongs to the arc");
    assert.deepEqual(
      data.values.map(({ place }) => place),
      [0, 1, 2, 3, 4],
    );
    assert.match(title.subtitle[1]!, /^slots 0 to 4 of 0 to 8: no head has 5 %/);
  });

  test("records of a task are drawn as they are, those of two tasks aren't", () => {
    const record = (protocol: string, seed: number) => ({ protocol, name: "ntm", seed, curve: costs(3) }) as never;
    const curves = [0, 1].map((seed) => ({ model: "ntm", seed, curve: costs(3) }));
    assert.deepEqual(figures.costCurves([record("a", 0), record("a", 1)]), figures.costCurves(curves));
    assert.throws(
      () => figures.costCurves([record("a", 0), record("b", 1)]),
      /the runs are of a, b, expected those of/,
    );
    assert.throws(() => figures.costCurves([record("a", 0), record("a", 0)]), /ntm with seed 0 is there twice/);
    assert.throws(() => figures.costCurves([record("a", 0), curves[0] as never]), /run record 2 has no protocol/);
    const digits = { protocol: "sound-20", name: "gru", seed: 0, curve: [{ epoch: 1, trainLoss: 2 }] } as never;
    assert.throws(() => figures.costCurves([digits]), /gru of sound-20 has no costs, expected a run on a task/);
  });

  test("a cost to compare with lies inside the frame, wherever that of the runs does", () => {
    const levelled = (cost: number) => {
      const level = { cost, label: "level" };
      const { layer } = figures.costCurves([{ model: "dms", seed: 0, curve: costs(3) }], { level }) as {
        layer: { data?: { values: { cost?: number }[] }; encoding: { y?: { scale?: { domain: number[] } } } }[];
      };
      const drawn = layer.find(({ data }) => data?.values[0]?.cost !== undefined)!;
      const { domain } = layer.find(({ encoding }) => encoding.y?.scale)!.encoding.y!.scale!;
      return { cost: drawn.data!.values[0]!.cost!, domain };
    };
    for (const cost of [160, 0.5, 1e-4, 0]) {
      const { cost: at, domain } = levelled(cost);
      assert.ok(at >= domain[0]! && at <= domain[1]!, `${cost} is drawn at ${at} of ${domain}`);
    }
    assert.throws(
      () => figures.costCurves([{ model: "a", seed: 0 } as never]),
      /learning curve 1 is \{"model":"a","seed":0\}, expected \{ model, seed, curve \}/,
    );
  });

  test("costs that can't be drawn are named", () => {
    assert.throws(() => figures.costByLength([]), /no costs to draw/);
    const bad = { model: "ntm", seed: 3, length: 5, cost: Number.NaN };
    assert.throws(() => figures.costByLength([bad]), /cost of ntm with seed 3 at 5 is NaN/);
    assert.throws(() => figures.taskTrace({ ...trace, inputs: [] }), /no steps/);
    assert.throws(() => figures.taskTrace({ ...trace, outputs: [] }), /3 inputs, 3 targets and 0 outputs/);
    const heads = [...trace.heads, { head: "read", step: 1, slot: 2, weight: Number.NaN }];
    assert.throws(
      () => figures.taskTrace({ ...trace, heads }),
      /weight of the read head is NaN at step 1, slot 2, expected a finite number/,
    );
    const outputs = [[Number.NaN], [0.1], [0.9]];
    assert.throws(
      () => figures.taskTrace({ ...trace, outputs }),
      /output 0 is NaN at step 0, expected a finite number/,
    );
  });
});

describe("figures of comparisons", () => {
  const layers = (spec: Spec) =>
    (
      spec.layer as {
        data: { values: Record<string, number>[] };
        mark: { type: string; filled?: boolean; strokeWidth?: number };
      }[]
    ).map(({ data: { values }, mark }) => ({ values, mark }));

  test("the forest has the claimed differences, in points, and fills those that are real", () => {
    const wanted = asked;
    const points = layers(figures.differenceForest(asked)).filter(({ mark }) => mark.type === "point");
    const drawn = points.flatMap(({ values, mark }) => values.map((row) => ({ row, filled: mark.filled })));
    assert.equal(drawn.length, wanted.length);
    const title = figures.modelTitle;
    for (const { model, against, mean, interval, real } of wanted) {
      const { row, filled } = drawn.find(
        ({ row: { pair } }) => String(pair) === `${title(model)} − ${title(against)}`,
      )!;
      assert.deepEqual(
        [row.mean, row.low, row.high],
        [mean!, interval!.low, interval!.high].map((value) => 100 * value),
      );
      assert.equal(filled, real);
    }
    assert.ok(wanted.some(({ real }) => real) && wanted.some(({ real }) => !real));
  });

  test("one bar joins the two models that are alike, and each model stands at its rank", () => {
    const spec = layers(figures.rankDiagram(sound));
    const bars = spec
      .filter(({ mark }) => mark.type === "rule" && mark.strokeWidth === 5)
      .flatMap(({ values }) => values);
    const places = spec.find(({ mark }) => mark.type === "point")!.values;
    const last = places.slice(0, 2).map(({ rank }) => rank!);
    assert.equal(bars.length, 1);
    assert.ok(bars[0]!.from! < Math.min(...last) && bars[0]!.to! > Math.max(...last) && bars[0]!.to! < 3);
    const ranks = places.map(({ rank }) => rank!);
    assert.equal(ranks.at(-1), 9);
    assert.ok(Math.abs(ranks.reduce((a, b) => a + b) - 45) < 1e-9);
    assert.deepEqual(
      ranks,
      [...ranks].sort((a, b) => a - b),
    );
  });

  test("the strip's intervals are those of the seeds and of the test samples", () => {
    const rules = layers(figures.accuracyStrip(sound)).filter(({ mark }) => mark.type === "rule");
    const [test, seeds] = rules.map(({ values }) => values[0]!);
    assert.ok(test!.low! < seeds!.low! && seeds!.high! < test!.high!);
    assert.ok(Math.abs(test!.high! - test!.low! - 6.7) < 0.1);
  });

  test("of a run that diverged the epochs before count", () => {
    const [whole, short] = [madeUpSound("gru", 0), broken(madeUpSound("gru", 1))];
    const higher = { ...short, curve: short.curve.map((point) => ({ ...point, trainLoss: 0.5 })) };
    const { values } = figures.lossComparison([whole, higher]).data as { values: { epoch: number; mean: number }[] };
    assert.deepEqual(
      values.map(({ epoch, mean }) => [epoch, Math.round(100 * mean)]),
      Array.from({ length: 10 }, (_, i) => [i + 1, i < 3 ? 40 : 30]),
    );
  });

  test("what can't be compared is one line", () => {
    const forest = (comparisons: unknown) => () => figures.differenceForest(comparisons as never);
    assert.throws(forest([]), /no differences to draw: nothing is compared/);
    assert.throws(forest(compareModels(soundRecords(1))), /no differences to draw: expected comparisons of two seeds/);
    assert.throws(forest(pl.DataFrame({ mean: [0.1] })), /comparisons is .*, expected a list as `compare` gives it/);
    assert.throws(forest(sound), /comparisons\[0\] is .*, expected one of accuracies/);
    assert.throws(
      forest([asked[0]!, { ...asked[0]!, part: "sound-40" }]),
      /comparisons are of sound-20, sound-40, expected those of one part/,
    );
    assert.throws(() => figures.rankDiagram(soundRecords(1)), /no ranks to draw/);
    assert.throws(
      () => figures.accuracyCurves(madeUpRecords(), { set: "validation" }),
      /mlp with seed 0 has no validation set/,
    );
    assert.throws(
      () => figures.accuracyCurves(sound, { set: "train" as never }),
      /^UserError: set is "train", expected one of test, validation$/,
    );
  });
});

describe("other bad arguments", () => {
  test("are named with their value", () => {
    assert.throws(() => figures.addressingExamples({ start: 20 }), /start is 20, expected a slot from 0 to 19/);
    assert.throws(() => figures.addressingExamples({ sigmas: [1, 2, 3, 4] }), /sigmas has 4 widths/);
    assert.throws(() => figures.kernelExplorer({ sigma: 9 }), /sigma is 9, expected 0.1 to 5/);
    assert.throws(() => figures.signalGrid([]), /no signals/);
    assert.throws(() => figures.signalGrid([{ panel: "a", values: [] }]), /signal 1, "a", has no values/);
    assert.throws(
      () =>
        figures.classMeans([
          { digit: 1, values: [1] },
          { digit: 2, values: [1, 2] },
        ]),
      /signal 2 has 2 values/,
    );
    assert.throws(() => figures.signalOverlay([1, 2], { stride: 0 }), /stride is 0/);
    assert.throws(
      () => figures.weightsHeatmap([{ head: "read", step: 0, slot: 1, weight: -0.1 }]),
      /weight of the read head is -0.1/,
    );
    assert.throws(
      () => figures.weightsHeatmap([...heads, { head: "write", step: 2, slot: 1, weight: Number.NaN }]),
      /weight of the write head is NaN at step 2, slot 1, expected a finite number of at least 0/,
    );
    assert.throws(
      () => figures.classMeans([{ digit: 1, values: [1, 2] }], { columns: 0 }),
      /columns is 0, expected a whole number of at least 1/,
    );
  });
});

describe("something else than records", () => {
  const frame = pl.DataFrame({ model: ["gru"], accuracy: [0.8] });
  const drawing = {
    ...{
      lossComparison: figures.lossComparison,
      accuracyStrip: figures.accuracyStrip,
      searchScatter: figures.searchScatter,
    },
    ...{ accuracyCurves: figures.accuracyCurves, rankDiagram: figures.rankDiagram },
    ...{ rangeCosts: figures.rangeCosts, taskOutcomes: figures.taskOutcomes, digitsByLength: figures.digitsByLength },
    focusEnds: (records: never) => figures.focusEnds(records, "sigma"),
    copyLengths: figures.copyLengths,
  };
  for (const [name, draw] of Object.entries(drawing)) {
    test(`is one line: ${name}`, () => {
      const refused = (records: unknown) => {
        try {
          draw(records as never);
        } catch (error) {
          assert.ok(error instanceof UserError, `${error}`);
          return error.message;
        }
        return "nothing was thrown";
      };
      assert.match(refused(frame), /^run records are a DataFrame, expected an array of run records/);
      assert.match(refused(undefined), /^run records are undefined, expected an array/);
      assert.match(refused([{ accuracy: 0.8 }]), /^run record 1 has no \w+, expected an array/);
    });
  }

  test("a frame as a figure or as its data says what to call", async () => {
    await assert.rejects(
      figures.renderSvg(frame as never),
      /^UserError: figure spec is a DataFrame: showTable\(frame\) shows it/,
    );
    const chart = {
      data: { values: frame },
      mark: "point",
      encoding: { x: { field: "accuracy", type: "quantitative" } },
    };
    await assert.rejects(
      figures.renderSvg(chart),
      /^UserError: figure data: values is a DataFrame, expected its rows: frame\.toRecords\(\)/,
    );
    await figures.renderSvg({ ...chart, data: { values: frame.toRecords() } });
  });
});

describe("files", () => {
  test("saveFigure writes both files, the same bytes twice, on white, and leaves nothing else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "figures-"));
    try {
      const spec = EVERY.accuracyStrip!.spec;
      await figures.saveFigure(join(folder, "new"), "strip", spec);
      const read = () => ["strip.svg", "strip.png"].map((file) => readFileSync(join(folder, "new", file)));
      const [svg, png] = read() as [Buffer, Buffer];
      assert.deepEqual(readdirSync(join(folder, "new")).sort(), ["strip.png", "strip.svg"]);
      assert.equal(png.subarray(1, 4).toString(), "PNG");
      const width = Number(/ width="([\d.]+)"/.exec(svg.toString())![1]);
      assert.equal(png.readUInt32BE(16), Math.ceil(2 * width));
      assert.match(svg.toString(), /<rect width="[\d.]+" height="[\d.]+" fill="#ffffff"\/>/);
      await figures.saveFigure(join(folder, "new"), "strip", spec);
      assert.deepEqual(read(), [svg, png]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("text reaches the PNG: without it the picture would be smaller", async () => {
    const chart = (title: string) => ({ title, data: { values: [] }, mark: "point", width: 400, height: 20 });
    const [empty, titled] = [
      await figures.renderPng(chart(" ")),
      await figures.renderPng(chart("A title of some length")),
    ];
    assert.ok(titled.length > empty.length + 1000);
  });

  test("a bad name, folder or scale is one line", async () => {
    const spec = EVERY.signalOverlay!.spec;
    await assert.rejects(figures.saveFigure("/tmp", "../x", spec), /figure name is "..\/x"/);
    await assert.rejects(
      figures.saveFigure("/tmp", undefined as never, spec),
      /figure name is undefined, expected letters/,
    );
    await assert.rejects(figures.saveFigure(join(__filename, "folder"), "x", spec), /can't be written/);
    await assert.rejects(figures.renderPng(spec, { scale: 0 }), /scale is 0/);
  });

  test("a spec that Vega-Lite refuses is one line", async () => {
    await assert.rejects(figures.renderSvg({ data: { values: [] } }), /^UserError: figure spec: [^\n]+$/);
  });
});

test("charts of something else than a list of objects, of many entries, and of models named as JavaScript's words", async () => {
  const charts: [string, (given: never) => unknown][] = [
    ["signals", figures.signalGrid],
    ["signals", figures.classMeans],
    ["head weights", figures.weightsHeatmap],
    ["positions of heads", figures.headPaths],
    ["costs", figures.costByLength],
    ["learning curves", figures.costCurves],
    ["shares", figures.shiftShares],
  ];
  for (const [what, chart] of charts) {
    const said = (given: unknown) => userMessage(() => chart(given as never));
    for (const given of [null, undefined, Number.NaN, "x", {}])
      assert.match(said(given), new RegExp(`^${what} are .*, expected an array of objects$`));
    assert.equal(said(["x"]), `entry 1 of the ${what} is "x", expected an object`);
    assert.match(said(pl.DataFrame({ a: [1] })), /are a DataFrame, expected its rows/);
  }
  for (const given of [null, undefined, 5, "x"]) {
    assert.match(
      userMessage(() => figures.signalOverlay(given as never)),
      /^the signal is .*, expected an array of numbers$/,
    );
    const said = userMessage(() => figures.taskTrace(given as never));
    assert.match(said, /^task trace is .*, expected what traceTask gives$/);
    const [inputs, targets, outputs] = [[[1]], [[1]], [[1]]];
    const partly = userMessage(() => figures.taskTrace({ inputs, targets, outputs, heads: given } as never));
    assert.match(partly, /^task trace: heads is .*, expected what traceTask gives$/);
  }
  const many = Array.from({ length: 200_000 }, (_, i) => i);
  figures.costByLength(many.map((i) => ({ model: "m", seed: i, length: 1 + (i % 5), cost: 1 })));
  figures.shiftShares(many.map((i) => ({ step: i % 300, head: "read", component: "gaussian", share: 1 })));
  assert.equal(
    userMessage(() => figures.classMeans([{ digit: 1 } as never])),
    "signal 1 is undefined, expected an array of numbers",
  );
  const own = [{ model: "constructor", seed: 0, length: 1, cost: 1 }];
  assert.match(await figures.renderSvg(figures.costByLength(own)), /constructor/);
});
