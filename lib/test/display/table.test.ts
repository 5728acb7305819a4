import assert from "node:assert/strict";
import { describe, test } from "node:test";
import pl from "nodejs-polars";
import { layoutTable } from "../../src/display/table.js";
import { tableHtml, tableText } from "../../src/display/table-text.js";

const rows = [
  { model: "MLP", accuracy: 0.6075, parameters: 23050, loss: 1.23456 },
  { model: "DMS-NTM", accuracy: 0.80875, parameters: 21396, loss: 0.5 },
];

describe("table layout", () => {
  test("numbers have fixed digits and separators, percentages and units are in the header", () => {
    const table = layoutTable(rows, {
      columns: {
        model: {},
        accuracy: { percent: true, title: "test accuracy" },
        parameters: {},
        loss: { unit: "nats", digits: 2 },
      },
    });
    assert.deepEqual(table.headers, [
      { title: "model", numeric: false },
      { title: "test accuracy (%)", numeric: true },
      { title: "parameters", numeric: true },
      { title: "loss (nats)", numeric: true },
    ]);
    assert.deepEqual(table.cells, [
      ["MLP", "60.8", "23,050", "1.23"],
      ["DMS-NTM", "80.9", "21,396", "0.50"],
    ]);
    assert.equal(table.rest, null);
  });

  test("without formats: four significant digits of the largest, whole numbers whole, tiny ones as powers of ten", () => {
    const cells = (values: unknown[]) => layoutTable(values.map((x) => ({ x }))).cells.flat();
    assert.deepEqual(cells([12.3456, 0.5]), ["12.35", "0.50"]);
    assert.deepEqual(cells([1, 2000]), ["1", "2000"]);
    assert.deepEqual(cells([1, 20_000]), ["1", "20,000"]);
    assert.deepEqual(cells([2.5e-5, 0]), ["2.50e-5", "0"]);
    assert.deepEqual(cells([0.5, Number.NaN, null]), ["0.5000", "NaN", "–"]);
    assert.deepEqual(cells([12345678901234567890n]), ["12,345,678,901,234,567,890"]);
    assert.deepEqual(cells(["a", 1, [1n, 2], undefined]), ["a", "1", "[1,2]", "–"]);
  });

  test("numbers beyond whole ones are powers of ten, not zeros that aren't their own", () => {
    const column = (...values: (number | bigint)[]) =>
      layoutTable(values.map((a) => ({ a }))).cells.map(([cell]) => cell);
    assert.deepEqual(column(1.7e308), ["1.70e+308"]);
    assert.deepEqual(column(-1e25, 3), ["-1.00e+25", "3"]);
    assert.deepEqual(column(1e300, 0.003), ["1.00e+300", "0.003"]);
    assert.deepEqual(column(2 ** 53 - 1, 2 ** 53), ["9,007,199,254,740,991", "9.01e+15"]);
    assert.deepEqual(column(10n ** 20n), ["100,000,000,000,000,000,000"]);
    const { cells } = layoutTable([{ a: 1e22 }, { a: 1e20 }], { columns: { a: { digits: 1 } } });
    assert.deepEqual(cells, [["1.00e+22"], ["100,000,000,000,000,000,000.0"]]);
  });

  test("two columns may stand in one as an interval, with the same digits", () => {
    const ends = [
      { mean: 0.5, low: 0.4, high: 0.61 },
      { mean: 1, low: null, high: null },
    ];
    const table = layoutTable(ends, {
      columns: { mean: { digits: 1 }, low: { title: "95 %", percent: true, to: "high" } },
    });
    assert.deepEqual(table.headers[1], { title: "95 % (%)", numeric: true });
    assert.deepEqual(table.cells, [
      ["0.5", "40.0 to 61.0"],
      ["1.0", "–"],
    ]);
    assert.deepEqual(layoutTable([{ a: 1, b: 2.25 }], { columns: { a: { to: "b" } } }).cells, [["1.000 to 2.250"]]);
    assert.throws(() => layoutTable(ends, { columns: { low: { to: "hihg" } } }), /column "hihg" is not in the table/);
  });

  test("rows beyond the limit are counted", () => {
    const table = layoutTable(
      Array.from({ length: 12_000 }, (_, i) => ({ i })),
      { rows: 3 },
    );
    assert.equal(table.cells.length, 3);
    assert.equal(table.rest, "and 11,997 more rows, 12,000 in all");
    assert.match(tableHtml(table), /<p>and 11,997 more rows, 12,000 in all<\/p>$/);
  });

  test("a polars frame is read with its columns in order, only the rows shown", () => {
    const frame = pl.DataFrame({ name: ["a", "b", "c"], value: [1.5, 2.5, 3.5] });
    const table = layoutTable(frame, { rows: 2 });
    assert.deepEqual(table.cells, [
      ["a", "1.500"],
      ["b", "2.500"],
    ]);
    assert.equal(table.rest, "and 1 more row, 3 in all");
    assert.deepEqual(layoutTable(frame.filter(pl.col("value").gt(9))).cells, []);
  });

  test("mistakes are named", () => {
    assert.throws(
      () => layoutTable(rows, { columns: { acuracy: {} } }),
      /column "acuracy" is not in the table, expected one of model, acc/,
    );
    assert.throws(() => layoutTable(rows, { columns: { loss: { digits: 1.5 } } }), /columns.loss.digits is 1.5/);
    assert.throws(() => layoutTable(rows, { rows: 0 }), /rows is 0/);
    assert.throws(() => layoutTable(5 as never), /table data is 5, expected a polars DataFrame or an array/);
    assert.throws(() => layoutTable([1] as never), /table row 1 is 1, expected an object/);
  });
});

describe("table output", () => {
  test("HTML is escaped, numbers right, text left", () => {
    const html = tableHtml(layoutTable([{ "<b>": "<script>&\"'", n: 1 }], { title: "a < b" }));
    assert.ok(html.includes(">a &lt; b</caption>"));
    assert.ok(html.includes('<th align="left" style="text-align: left">&lt;b&gt;</th>'));
    assert.ok(html.includes('<td align="left" style="text-align: left">&lt;script&gt;&amp;&quot;&#39;</td>'));
    assert.ok(html.includes('<td align="right" style="text-align: right">1</td>'));
  });

  test("a name with a hyphen isn't broken, a line between words may be", () => {
    const html = tableHtml(layoutTable([{ "DMS-NTM (%)": "DMS-NTM <a-b> periodic - 3" }]));
    const whole = (name: string) => `<span style="white-space: nowrap">${name}</span>`;
    assert.ok(html.includes(`>${whole("DMS-NTM")} ${whole("&lt;a-b&gt;")} periodic - 3</td>`), html);
    assert.ok(html.includes(`>${whole("DMS-NTM")} (%)</th>`), html);
    const long = new Array(15).fill("abc").join("-");
    assert.ok(tableHtml(layoutTable([{ name: long }])).includes(`>${long}</td>`), "a long one may be");
  });

  test("text that has to fit breaks headers, and says which columns it left out", () => {
    const row = { model: "DMS-NTM", seeds: 20, "mean of all seeds": 50, "what is left": 12345678 };
    const table = layoutTable([row, { ...row, model: "NTM", "mean of all seeds": 51, "what is left": 2 }]);
    assert.equal(
      tableText(table, 30),
      [
        "          mean",
        "            of",
        "           all     what is",
        "model    seeds        left",
        "───────  ─────  ──────────",
        "DMS-NTM     50  12,345,678",
        "NTM         51           2",
        "in all rows: seeds 20",
      ].join("\n"),
    );
    assert.deepEqual(tableText(table, 20).split("\n").slice(-2), ["no room for: what is", "left"]);
    assert.ok(!/no room|in all rows/.test(tableText(table, 60)));
    assert.ok(!tableText(table).includes("no room"));
  });

  test("plain text is aligned", () => {
    const text = tableText(layoutTable(rows, { columns: { model: {}, accuracy: { percent: true } } }));
    assert.equal(
      text,
      ["model    accuracy (%)", "───────  ────────────", "MLP              60.8", "DMS-NTM          80.9"].join("\n"),
    );
  });
});

test("what rounds to 0 has no sign", () => {
  const rows = [{ a: -0.00004 }, { a: -0.5 }, { a: -0 }];
  const text = tableText(layoutTable(rows, { columns: { a: { percent: true, digits: 2 } } }));
  assert.deepEqual(text.match(/-?\d+\.\d+/g), ["0.00", "-50.00", "0.00"]);
});
