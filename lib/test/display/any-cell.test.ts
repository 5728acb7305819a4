/** Tables of anything: each cell one line that says what is there, never an error. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import pl from "nodejs-polars";
import { layoutTable } from "../../src/display/table.js";
import { tableHtml, tableText } from "../../src/display/table-text.js";
import { columnsOf } from "../../src/support/text.js";
import { userMessage } from "../support.js";

const cellsOf = (values: unknown[]) => layoutTable(values.map((a) => ({ a }))).cells.map(([cell]) => cell);

test("cells of anything", () => {
  const circular: Record<string, unknown> = {};
  circular.me = circular;
  assert.deepEqual(cellsOf([new Date(Number.NaN), new Date(0)]), ["invalid date", "1970-01-01T00:00:00.000Z"]);
  assert.deepEqual(cellsOf([circular]), ["<ref *1> { me: [Circular *1] }"]);
  assert.deepEqual(cellsOf([{ a: [1, { b: 2n }] }, new Map([[1, 2]]), new Set(["x"]), /x/, Symbol("s")]), [
    '{"a":[1,{"b":2}]}',
    "Map(1) { 1 => 2 }",
    "Set(1) { 'x' }",
    "/x/",
    "Symbol(s)",
  ]);
  assert.deepEqual(
    cellsOf([
      [Number.NaN, Number.POSITIVE_INFINITY, -0, undefined],
      { a: 9007199254740993n, b: undefined },
      { when: new Date(0), never: new Date(Number.NaN) },
      { m: new Map([[1, 2]]) },
      Float32Array.of(0.5, Number.NaN),
      { run() {} },
    ]),
    [
      "[NaN,Infinity,-0,undefined]",
      '{"a":9007199254740993,"b":undefined}',
      '{"when":"1970-01-01T00:00:00.000Z","never":"invalid date"}',
      "{ m: Map(1) { 1 => 2 } }",
      "[0.5,NaN]",
      "{ run: [Function: run] }",
    ],
    "what JSON has no word for",
  );
  assert.deepEqual(cellsOf([new Error("one\ntwo"), "a\tb\0", "half \ud800"]), ["Error: one␊two", "a␉b␀", "half �"]);
  assert.deepEqual(
    cellsOf(["\u202egpj.exe", "left \u2067turned"]),
    ["�gpj.exe", "left �turned"],
    "no cell turns others",
  );
  assert.deepEqual(cellsOf([Object.create(Date.prototype)]), ["Date {}"]);
  assert.equal(cellsOf(["x".repeat(10_000)])[0]!.length, 501);
});

test("a sweep: no cell throws, each is one line, and columns stand below each other", () => {
  const values = fc.array(
    fc.oneof(
      fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true }),
      fc.string({ unit: "binary" }),
    ),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(values, (list) => {
      const table = layoutTable(list.map((a) => ({ a, b: 1 })));
      for (const line of table.cells.flat()) assert.doesNotMatch(line, /[\n\r\t\0]/);
      const lines = tableText(table).split("\n");
      assert.equal(lines.length, list.length + 2);
      // the ones of the second column, aligned right, end all lines
      assert.ok(new Set(lines.slice(2).map(columnsOf)).size === 1, lines.join("\n"));
      assert.equal(tableHtml(table).match(/<td/g)!.length, 2 * list.length);
    }),
    { numRuns: 1000 },
  );
});

test("columns that a terminal gives to characters of East Asia, flags and Korean letters in parts", () => {
  const wide = { データ: 6, ｶﾀｶﾅ: 4, "🇩🇪": 2, "株式会社㈱、": 12, ㄅㄆ: 4, é: 1, "👩‍👩‍👧": 2 };
  for (const [text, columns] of Object.entries(wide)) assert.equal(columnsOf(text), columns, text);
  assert.equal(columnsOf("한글".normalize("NFD")), 4);
});

test("cells that nothing can read, and formats that are no formats", () => {
  class Closed {
    [inspect.custom]() {
      assert.fail("no");
    }
  }
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const odd = Object.assign(new Error("x"), { message: Symbol("s") });
  const closed = "(object that can't be shown)";
  assert.deepEqual(cellsOf([new Closed(), proxy, odd]), [closed, "<Revoked Proxy>", closed]);
  const texts = [Object.create(null), Symbol("s"), 5, undefined];
  const format = { columns: { a: { text: (i: unknown) => texts[i as number] as string } } };
  assert.deepEqual(layoutTable([{ a: 0 }, { a: 1 }, { a: 2 }, { a: 3 }], format).cells.flat(), [
    "{}",
    "Symbol(s)",
    "5",
    "undefined",
  ]);
  const refused = (options: object) => userMessage(() => layoutTable([{ a: 1 }], options as never));
  for (const key of ["title", "unit"])
    assert.equal(refused({ columns: { a: { [key]: 5 } } }), `columns.a.${key} is 5, expected text`);
  assert.equal(refused({ columns: { a: { text: "x" } } }), 'columns.a.text is "x", expected a function of a value');
  assert.equal(refused({ title: 5 }), "title is 5, expected text");
  assert.equal(layoutTable([{ a: 1 }], { title: "a\n\tb\u202e" }).title, "a\n␉b�");
});

test("numbers that are too large for what stands beside them", () => {
  const percent = { columns: { a: { percent: true } } };
  assert.deepEqual(layoutTable([{ a: 1e22 }, { a: 0.5 }], percent).cells.flat(), ["1.00e+24", "50.0"]);
  const [large, half] = cellsOf([10n ** 400n, 0.5]);
  assert.equal(large!.replaceAll(",", ""), String(10n ** 400n));
  assert.equal(half, "0.5000");
});

test("numbers of mixed size keep two digits that count", () => {
  assert.deepEqual(cellsOf([0.003, 232, 0.06, 4.56, 0, 1.5]), ["0.003", "232.0", "0.06", "4.6", "0.0", "1.5"]);
  assert.deepEqual(cellsOf([-0.0004, 12_345.6]), ["-0.0004", "12,346"]);
  assert.deepEqual(cellsOf([0.8125, 0.01844]), ["0.8125", "0.0184"]);
  // as it was asked for
  const { cells } = layoutTable([{ a: 0.003 }, { a: 232 }], { columns: { a: { digits: 1 } } });
  assert.deepEqual(cells.flat(), ["0.0", "232.0"]);
});

test("every dtype of polars", () => {
  const frame = pl.readParquet(join(__dirname, "../../../test/display/fixtures/dtypes.parquet"));
  const { headers, cells } = layoutTable(frame);
  const shown = Object.fromEntries(headers.map(({ title }, i) => [title, cells[0]![i]]));
  assert.deepEqual(shown, {
    enum: "x",
    categorical: "x",
    binary: "(bytes)",
    decimal: "1.25",
    time: "01:02:00",
    duration: "5s",
    date: "2020-01-01T00:00:00.000Z",
    datetime: "2020-01-01T01:00:00.000Z",
    struct: '{"a":1}',
    list: "[1,2]",
    array: "[1,2]",
    int64: "9,007,199,254,740,993",
    uint64: "18,446,744,073,709,551,615",
    int128: "1,267,650,600,228,229,401,496,703,205,376",
    null: "–",
    bool: "true",
    nested: '[{"a":[1]}]',
    float32: "0.5000",
    bytes: "(bytes)",
  });
  assert.deepEqual(new Set(cells[1]), new Set(["–"]), "nothing is nothing in each of them");
});

test("points in time between two milliseconds keep their digits, those on one are as before", () => {
  // the last digits as Python's datetime and polars' own text have them
  const of = (unit: "ms" | "us" | "ns", zone: string | undefined, ...counts: string[]) => {
    const type = zone === undefined ? pl.Datetime(unit) : pl.Datetime(unit, zone);
    const frame = pl.DataFrame({ s: counts }).select(pl.col("s").cast(pl.Int64).cast(type).alias("a"));
    return layoutTable(frame).cells.flat();
  };
  assert.deepEqual(of("us", undefined, "1577840461123456", "1577840461123000", "-1", "0"), [
    "2020-01-01T01:01:01.123456Z",
    "2020-01-01T01:01:01.123Z",
    "1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00.000Z",
  ]);
  assert.deepEqual(of("us", "Europe/Berlin", "1577840461123456"), ["2020-01-01T01:01:01.123456Z"]);
  assert.deepEqual(of("ns", undefined, "1577840461123456789", "-1", "1000001"), [
    "2020-01-01T01:01:01.123456789Z",
    "1969-12-31T23:59:59.999999999Z",
    "1970-01-01T00:00:00.001000001Z",
  ]);
  assert.deepEqual(of("ms", undefined, "1577840461123"), ["2020-01-01T01:01:01.123Z"]);
});

test("points in time inside lists and structs keep their digits too", () => {
  const frame = pl.DataFrame({ us: ["1577840461123456", "-1"], ns: ["1577840461123456789", "-1"], k: [1, 1] });
  const at = (unit: "us" | "ns") => pl.col(unit).cast(pl.Int64).cast(pl.Datetime(unit)).alias("t");
  const of = (column: pl.Expr) => layoutTable(frame.select(column.alias("a"))).cells.flat();
  const listed = (column: pl.Expr) =>
    layoutTable(frame.select(column.alias("a"), pl.col("k")).groupBy("k").agg(pl.col("a")).select("a")).cells.flat();
  const [us, ns] = [
    ["2020-01-01T01:01:01.123456Z", "1969-12-31T23:59:59.999999Z"],
    ["2020-01-01T01:01:01.123456789Z", "1969-12-31T23:59:59.999999999Z"],
  ];
  const structs = (times: string[]) => times.map((t) => ({ t, k: 1 }));
  const texts = (values: object[]) => values.map((value) => JSON.stringify(value));
  assert.deepEqual(of(pl.struct([at("us"), pl.col("k")])), texts(structs(us)));
  assert.deepEqual(of(pl.struct([at("ns"), pl.col("k")])), texts(structs(ns)));
  assert.deepEqual(of(pl.struct([pl.struct([at("us")]).alias("in")])), texts(us.map((t) => ({ in: { t } }))));
  assert.deepEqual(listed(at("us")), texts([us]));
  assert.deepEqual(listed(at("ns")), texts([ns]));
  assert.deepEqual(listed(at("us").cast(pl.Datetime("us", "Europe/Berlin"))), texts([us]));
  assert.deepEqual(listed(pl.struct([at("ns"), pl.col("k")])), texts([structs(ns)]));
  // as do whole numbers there that JavaScript's can't hold
  const whole = pl.col("ns").cast(pl.Int64).alias("n");
  assert.deepEqual(of(pl.struct([at("us"), whole])), [
    `{"t":"${us[0]}","n":1577840461123456789}`,
    `{"t":"${us[1]}","n":-1}`,
  ]);
  assert.deepEqual(of(pl.struct([whole, pl.lit(1e20).alias("x")])), [
    '{"n":1577840461123456789,"x":100000000000000000000}',
    '{"n":-1,"x":100000000000000000000}',
  ]);
});

test("frames of what JavaScript has no number, or no JSON, for", () => {
  const texts = (...values: string[]) => pl.DataFrame({ s: values });
  const of = (column: pl.Expr, ...values: string[]) => texts(...values).select(column.alias("a"));
  const lists = (type: unknown, ...values: string[]) =>
    pl
      .DataFrame({ s: values, group: values.map(() => 1) })
      .withColumn(pl.col("s").cast(type as never))
      .groupBy("group")
      .agg(pl.col("s").alias("a"))
      .select("a");
  const spans = (unit: "ms" | "us" | "ns") =>
    of(pl.col("s").cast(pl.Int64).cast(pl.Duration(unit)), "90061001", "-1", "0");
  const frames: [string, pl.DataFrame, string[]][] = [
    ["durations, ms", spans("ms"), ["1d 1h 1m 1s 1ms", "-1ms", "0ms"]],
    ["durations, us", spans("us"), ["1m 30s 61001µs", "-1µs", "0µs"]],
    ["durations, ns", spans("ns"), ["90061001ns", "-1ns", "0ns"]],
    ["decimals in a list", lists(pl.Decimal(10, 2), "1.25", "-0.05"), ['["1.25","-0.05"]']],
    [
      "large integers in a list",
      lists(pl.Int64, "9007199254740993", "-9223372036854775808"),
      ["[9007199254740993,-9223372036854775808]"],
    ],
    ["large unsigned integers in a list", lists(pl.UInt64, "18446744073709551615"), ["[18446744073709551615]"]],
    [
      "NaN and infinities in a list",
      pl.DataFrame({ a: [[1.5, Number.NaN], [Number.POSITIVE_INFINITY]] }),
      ["[1.5,NaN]", "[Infinity]"],
    ],
    ["NaN in a struct", pl.DataFrame({ a: [{ x: 1, y: Number.NaN }] }), ["{1.0,NaN}"]],
    ["a column with a name of JavaScript's", pl.DataFrame({ ["__proto__"]: ["x"] }), ["x"]],
  ];
  for (const [what, frame, expected] of frames) {
    const table = layoutTable(frame);
    assert.deepEqual(table.cells.flat(), expected, what);
  }
  for (const none of [pl.DataFrame({}), pl.DataFrame({ a: [1, 2] }).select(...([] as string[]))]) {
    const text = tableText(layoutTable(none));
    assert.match(text, /no columns/);
  }
});

test("200,000 rows: the first are shown and the rest counted; more than 10,000 are refused, with a way out", () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => ({ i, x: i / 7 }));
  assert.equal(layoutTable(rows, { rows: 3 }).rest, "and 199,997 more rows, 200,000 in all");
  assert.equal(tableText(layoutTable(rows, { rows: 10_000 })).split("\n").length, 10_003);
  assert.match(
    userMessage(() => layoutTable(rows, { rows: 200_000 })),
    /rows is 200000, expected at most 10000: frame\.writeCSV/,
  );
});

test("a text that is a promise is refused, and nothing is left behind", () => {
  const format = { columns: { a: { text: (async () => assert.fail("late")) as never } } };
  assert.match(
    userMessage(() => layoutTable([{ a: "x" }], format)),
    /columns\.a\.text gave a promise, expected text/,
  );
});
