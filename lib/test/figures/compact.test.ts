import assert from "node:assert/strict";
import { test } from "node:test";
import { renderSvg, type Spec } from "../../src/figures/index.js";
import { packed, visibleDigits } from "../../src/figures/render/compact.js";
import { rasterize } from "../../src/figures/render/render.js";
import { slim } from "../../src/figures/render/svg.js";

const rows = [
  { name: 'say "a, b"\nc', value: 0.123456789, on: true, none: null },
  { name: "12", value: 3, on: false, none: null },
  { name: "-", value: null, on: true, none: 1.5 },
  { name: "é", value: -1e-9, on: true, none: 2 },
];
const chart = (values: object[]): Spec => ({
  title: { text: "0.123456789" },
  layer: [
    {
      data: { values },
      mark: "point",
      encoding: {
        x: { field: "value", type: "quantitative", scale: { domain: [0.123456789, 3] } },
        y: { field: "name", type: "nominal" },
        color: { field: "on", type: "nominal" },
      },
    },
  ],
});
const dataOf = (spec: Spec) => (spec.layer as { data: { values: unknown; format?: Spec } }[])[0]!.data;

/** What Vega makes of inline data. */
async function read(spec: Spec): Promise<object[]> {
  const { read } = (await import("vega")) as unknown as { read(values: unknown, format: unknown): object[] };
  const { values, format } = dataOf(spec);
  return read(values, format).map((row) => ({ ...row }));
}

test("numbers of the data have as many digits as can be seen, all else stays", () => {
  const spec = visibleDigits(chart(rows));
  assert.deepEqual(
    (dataOf(spec).values as typeof rows).map(({ value }) => value),
    [0.12346, 3, null, -1e-9],
  );
  assert.deepEqual({ ...spec, layer: 0 }, { ...chart(rows), layer: 0 });
  const domain = [0, 0.24999123811721802, "text"];
  const scaled = visibleDigits({ encoding: { color: { scale: { domain } } }, data: { values: [{ domain: "kept" }] } });
  assert.deepEqual(scaled.encoding, { color: { scale: { domain: [0, 0.24999, "text"] } } }, "domains are of the data");
  const nested = visibleDigits({ data: { values: [{ a: [1 / 3, 123456], b: { c: 2 / 3 } }] } });
  assert.deepEqual(nested.data, { values: [{ a: [0.33333, 123456], b: { c: 0.66667 } }] });
});

test("packed data are the same data to Vega, and draw the same picture", async () => {
  const spec = packed(chart(rows));
  assert.equal((dataOf(spec).format as Spec).type, "csv");
  assert.deepEqual(await read(spec), rows);
  const finite = rows.map((row) => ({ ...row, value: row.value ?? 1 }));
  assert.ok((await renderSvg(packed(visibleDigits(chart(finite))))) === (await renderSvg(chart(finite))));
});

test("data under a name are packed once, and draw the same picture", async () => {
  const { data, ...layer } = (chart(rows.slice(0, 2)).layer as Spec[])[0]!;
  const twice = {
    datasets: { mine: [...rows.slice(0, 2), ...rows.slice(0, 2)] },
    data: { name: "mine" },
    hconcat: [layer, layer],
  };
  const spec = packed(twice);
  assert.equal(typeof (spec.datasets as Spec).mine, "string");
  assert.equal(((spec.data as Spec).format as Spec).type, "csv");
  assert.deepEqual((visibleDigits(twice).datasets as { mine: Spec[] }).mine[0]!.value, 0.12346);
  assert.ok((await renderSvg(packed(visibleDigits(twice)))) === (await renderSvg(twice)));
});

test("what CSV can't hold stays JSON", async () => {
  for (const odd of [{ name: "" }, { name: "x", more: 1 }, { name: [1, 2] }, { name: 7 }]) {
    const values = [...rows, { ...rows[0]!, ...odd }];
    const spec = packed(chart(values));
    assert.deepEqual(dataOf(spec).format, { type: "json" }, JSON.stringify(odd));
    assert.deepEqual(await read(spec), values);
  }
});

test("a slim SVG is the same picture in less text", () => {
  const paths = '<path d="M0,0h1v1h-1Z" fill="rgb(10, 0, 255)"/><path d="M1,0h1v1h-1Z" fill="rgb(10, 0, 255)"/>';
  const stroked = '<path d="M0,0h1" stroke="red"/><path d="M0,0h1" stroke="red"/>';
  const frame = '<path class="background" aria-hidden="true" d="M0,0h0v0h0Z" pointer-events="none"/>';
  const text = '<text opacity="1" x="1">role="graphics" rgb(10, 0, 255) opacity="1"</text>';
  const svg = slim(
    `<svg><g class="a" role="graphics-object" aria-hidden="true">${frame}${paths}${stroked}${text}</g></svg>`,
  );
  const one = '<path d="M0,0h1v1h-1ZM1,0h1v1h-1Z" fill="#0a00ff"/>';
  assert.equal(svg, `<svg><g class="a">${one}${stroked}${text.replace(' opacity="1"', "")}</g></svg>`);
  const drawn = Buffer.compare(rasterize(pictured(one), 8), rasterize(pictured(paths), 8));
  assert.equal(drawn, 0, "the same pixels");
  const cell = (x: number, color: string) => `<path d="M${x},0h1v1h-1Z" fill="${color}"/>`;
  const cells = [cell(0, "#f00"), cell(1, "#00f"), cell(2, "#f00")];
  assert.equal(slim(cells.join("")), `<path d="M0,0h1v1h-1ZM2,0h1v1h-1Z" fill="#f00"/>${cell(1, "#00f")}`);
  const over = [cell(0, "#f00"), cell(0.5, "#00f"), cell(1, "#f00")].join("");
  assert.equal(slim(over), over, "what lies on each other stays in its order");
  const dot =
    '<path transform="translate(2,1)" d="M0.5,0A0.5,0.5,0,1,1,-0.5,0A0.5,0.5,0,1,1,0.5,0" fill="#0a00ff" stroke-width="2"/>';
  const circle = '<circle cx="2" cy="1" r="0.5" fill="#0a00ff"/>';
  assert.equal(slim(`<svg>${dot}</svg>`), `<svg>${circle}</svg>`);
  assert.equal(Buffer.compare(rasterize(pictured(dot), 8), rasterize(pictured(circle), 8)), 0, "the same dot");
});

const pictured = (marks: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2">${marks}</svg>`;

/** What a notebook's front end draws of a packed spec, by the same Vega. */
async function drawn(spec: Spec): Promise<string> {
  return renderSvg(packed(visibleDigits(spec)), { warn: () => undefined });
}

test("texts that are times, fields with a format of their own and odd names are drawn alike once packed", async () => {
  const days = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-02"].map((day, i) => ({ day, i: i + 1 }));
  const y = { field: "i", type: "quantitative" };
  const own = { parse: { day: "date:'%d.%m.%Y'" } };
  const foreign = days.map(({ day, i }) => ({ day: day.split("-").reverse().join("."), i }));
  const mark = "circle";
  const x = { field: "day", type: "temporal" };
  const charts: [string, Spec][] = [
    ["times", { data: { values: days }, mark, encoding: { x, y } }],
    ["time unit", { data: { values: days }, mark: "bar", encoding: { x: { field: "day", timeUnit: "yearmonth" }, y } }],
    ["named", { datasets: { days }, data: { name: "days" }, mark, encoding: { x, y } }],
    ["a format", { data: { values: foreign, format: own }, mark, encoding: { x, y } }],
    ["named, a format", { datasets: { foreign }, data: { name: "foreign", format: own }, mark, encoding: { x, y } }],
    [
      "a dot",
      {
        data: { values: days.map(({ i }) => ({ "a.b": i, i })) },
        mark,
        encoding: { x: { field: "a\\.b", type: "quantitative" }, y },
      },
    ],
    [
      "nothing last",
      {
        data: { values: ["a", "b", "c", null].map((name) => ({ name })) },
        mark: "bar",
        encoding: { x: { field: "name", type: "nominal" }, y: { aggregate: "count" } },
      },
    ],
  ];
  for (const [what, spec] of charts) assert.ok((await drawn(spec)) === (await renderSvg(spec)), what);
});

test("numbers that lie close together keep the digits that tell them apart", async () => {
  const kept = (values: number[], encoding: Spec = {}) => {
    const { data } = visibleDigits({ data: { values: values.map((x) => ({ x })) }, encoding });
    return (data as { values: { x: number }[] }).values.map(({ x }) => x);
  };
  assert.deepEqual(kept([2024.01123, 2024.02234, 2024.03345]), [2024.01123, 2024.02234, 2024.03345]);
  assert.deepEqual(kept([1764400000000.25, 1764400003000.25]), [1764400000000, 1764400003000]);
  assert.deepEqual(kept([1764412345678.25]), [1764412345678], "a time alone");
  assert.deepEqual(kept([0.7123456, 0.8123456]), [0.71235, 0.81235], "no more than before where these do");
  const close = [0.999911, 0.999915, 0.999919];
  assert.deepEqual(kept(close), close);
  const color = { field: "x", scale: { domain: [0, 0.5, 1] } };
  assert.deepEqual(kept(close, { color }), [0.99991, 0.99991, 0.99992], "not where their scale shows no difference");
  const { encoding } = visibleDigits({ encoding: { x: { scale: { domain: [2024.01123, 2024.03345] } } } });
  assert.deepEqual(encoding, { x: { scale: { domain: [2024.01123, 2024.03345] } } });
});
