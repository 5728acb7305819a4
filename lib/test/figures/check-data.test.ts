import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkFigureData } from "../../src/figures/render/check-data.js";
import { renderSvg } from "../../src/figures/render/render.js";
import type { Spec } from "../../src/figures/spec.js";
import { themed } from "../../src/figures/theme.js";
import { UserError } from "../../src/support/user-error.js";

const chart = (values: unknown[], y: Spec = {}, rest: Spec = {}): Spec => ({
  data: { values },
  mark: "point",
  encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative", ...y } },
  ...rest,
});

describe("figure data that a chart would leave out without a word", () => {
  test("NaN, infinity, null and bigint are reported with field and row", () => {
    const reported = (value: unknown) => {
      try {
        checkFigureData(
          chart([
            { x: 1, y: 1 },
            { x: 2, y: value },
          ]),
        );
      } catch (error) {
        assert.ok(error instanceof UserError);
        return error.message;
      }
      return null;
    };
    assert.equal(reported(Number.NaN), "figure data: y is NaN, expected a finite number in row 2 of 2");
    assert.match(reported(-Infinity)!, /y is -Infinity/);
    assert.match(reported(null)!, /y is null, expected a number/);
    assert.match(reported(3n)!, /y is the bigint 3/);
    assert.equal(reported(0), null);
  });

  test("0 and below are reported on a logarithmic scale only", () => {
    const values = [
      { x: 1, y: 0 },
      { x: 2, y: -1 },
      { x: 3, y: 1 },
    ];
    checkFigureData(chart(values));
    const log = chart(values, { scale: { type: "log" } });
    assert.throws(
      () => checkFigureData(log),
      /y is 0, expected more than 0 on the logarithmic y scale in row 1 of 3 \(and 1 more\)/,
    );
  });

  test("data and encodings of layers, concatenations and facets are followed, named data sets too", () => {
    const bad = [{ x: 1, y: Number.NaN }];
    assert.throws(() => checkFigureData({ hconcat: [chart([{ x: 1, y: 1 }]), { vconcat: [chart(bad)] }] }), /y is NaN/);
    assert.throws(
      () => checkFigureData({ data: { name: "d" }, datasets: { d: bad }, layer: [{ mark: "line", encoding: {} }] }),
      /NaN/,
    );
    const outer = { data: { values: [{ x: 1, y: 0 }] }, encoding: { y: { field: "y", scale: { type: "log" } } } };
    assert.throws(
      () => checkFigureData({ ...outer, facet: { field: "x" }, spec: { layer: [{ mark: "line" }] } }),
      /logarithmic/,
    );
  });

  test("what some rows have and others lack, ends of bars, constants, and layers that share a logarithmic scale", () => {
    assert.throws(
      () => checkFigureData(chart([{ x: 1, y: 1 }, { x: 2 }])),
      /y is missing, expected a number in row 2 of 2/,
    );
    const log = { field: "y", type: "quantitative", scale: { type: "log" } };
    const bar = { data: { values: [{ y: 1, end: 0 }] }, mark: "bar", encoding: { y: log, y2: { field: "end" } } };
    assert.throws(() => checkFigureData(bar), /end is 0, expected more than 0 on the logarithmic y scale/);
    const none = {
      data: { values: [{ y: 1, end: null }] },
      mark: "bar",
      encoding: { y: { ...log, scale: {} }, y2: { field: "end" } },
    };
    assert.throws(() => checkFigureData(none), /end is null/);
    const rule = (datum: number) => ({ data: { values: [{}] }, mark: "rule", encoding: { y: { datum } } });
    const below = {
      data: { values: [{ y: -2 }] },
      mark: "point",
      encoding: { y: { field: "y", type: "quantitative" } },
    };
    const line = { data: { values: [{ y: 1 }] }, mark: "line", encoding: { y: log } };
    assert.throws(
      () => checkFigureData({ layer: [below, line] }),
      /y is -2, expected more than 0 on the logarithmic y scale/,
    );
    assert.throws(() => checkFigureData({ layer: [line, rule(0)] }), /datum of y is 0, expected more than 0/);
    assert.throws(() => checkFigureData(rule(Number.NaN)), /datum of y is NaN, expected a finite number/);
    checkFigureData({ layer: [below, line], resolve: { scale: { y: "independent" } } });
    checkFigureData({ hconcat: [below, line] });
    checkFigureData(rule(0));
  });

  test("a null that a filter may take out is let through", () => {
    checkFigureData(chart([{ x: 1, y: null }], {}, { transform: [{ filter: "isValid(datum.y)" }] }));
  });

  const refused = (spec: Spec): string => {
    try {
      checkFigureData(spec);
    } catch (error) {
      assert.ok(error instanceof UserError, `${error}`);
      return error.message;
    }
    return "nothing";
  };

  test("arrays of numbers as tensors give them, and values inside of values", async () => {
    const points = (values: unknown) => ({
      data: { values },
      mark: "point",
      encoding: { y: { field: "data", type: "quantitative" } },
    });
    assert.equal(
      refused(points(new Float32Array([1, Number.NaN]))),
      "figure data: value is NaN, expected a finite number in row 2 of 2",
    );
    assert.equal(refused(points(new Float32Array([1, 2]))), "nothing");
    assert.match(await renderSvg(points(new Float32Array([1, 2]))), />2\.0</);
    const sent = themed(points(new Float32Array([1, 2]))) as { data: { values: unknown } };
    assert.deepEqual(JSON.parse(JSON.stringify(sent)).data.values, [1, 2]);
    const nested = (v: unknown) => ({
      data: { values: [{ a: { v: 1 } }, { a: { v } }] },
      mark: "point",
      encoding: { y: { field: "a.v", type: "quantitative" } },
    });
    assert.match(refused(nested(Number.NaN)), /a\.v is NaN, expected a finite number in row 2 of 2/);
    assert.match(refused(nested(null)), /a\.v is null, expected a number/);
    assert.equal(refused(nested(3)), "nothing");
    const escaped = {
      data: { values: [{ "a.v": 1 }] },
      mark: "point",
      encoding: { y: { field: "a\\.v", type: "quantitative" } },
    };
    assert.equal(refused(escaped), "nothing");
    assert.equal(
      refused({
        ...escaped,
        encoding: { y: { field: "b['a.v'][0]", type: "quantitative" } },
        data: { values: [{ b: { "a.v": [1] } }] },
      }),
      "nothing",
    );
  });

  test("texts among numbers, and what is no date", () => {
    const text = (y: unknown) =>
      refused(
        chart([
          { x: 1, y: 1 },
          { x: 2, y },
        ]),
      );
    assert.match(text("NaN"), /y is "NaN", expected a number in row 2 of 2/);
    assert.match(text("abc"), /y is "abc", expected a number/);
    assert.match(text(""), /y is "", expected a number/);
    assert.equal(text("3.5"), "nothing");
    const counted = chart([{ x: 1, y: "a" }], { aggregate: "distinct" });
    assert.equal(refused(counted), "nothing");
    const when = (y: unknown) =>
      refused(
        chart(
          [
            { x: 1, y: "2024-01-31" },
            { x: 2, y },
          ],
          { type: "temporal" },
        ),
      );
    assert.match(when(null), /y is null, expected a date in row 2 of 2/);
    assert.match(when("yesterday"), /y is "yesterday", expected a date/);
    for (const date of ["2024-02-01", 1.7e12, new Date(0)]) assert.equal(when(date), "nothing");
    const own = chart([{ x: 1, y: "31.01.2024" }], { type: "temporal" });
    assert.equal(
      refused({ ...own, data: { values: [{ x: 1, y: "31.01.2024" }], format: { parse: { y: "date:'%d.%m.%Y'" } } } }),
      "nothing",
    );
  });

  test("a field that no row has", () => {
    const lost = chart([{ x: 1, loss: 2 }], { field: "lss" });
    assert.equal(refused(lost), 'figure data: y is of the field "lss", expected one of x, loss');
    assert.equal(refused({ ...lost, transform: [{ calculate: "datum.loss", as: "lss" }] }), "nothing");
    assert.match(
      refused({ ...chart([{ x: 1, y: 2 }]), facet: { row: { field: "set" } } }),
      /facet is of the field "set"/,
    );
    const told = chart([{ x: 1, y: 2 }]);
    Object.assign(told.encoding as Spec, { tooltip: [{ field: "x" }, { field: "z" }] });
    assert.match(refused(told), /tooltip is of the field "z"/);
    // a rule with data of its own has nothing to do with the colours around it
    const rule = {
      data: { values: [{ at: 1 }] },
      mark: "rule",
      encoding: { y: { field: "at", type: "quantitative" } },
    };
    const color = { field: "set", type: "nominal" };
    assert.equal(
      refused({ data: { values: [{ set: "a" }] }, encoding: { color }, layer: [{ mark: "tick" }, rule] }),
      "nothing",
    );
  });

  test("rows of a lookup, and what is repeated", () => {
    const from = { data: { values: [{ key: 1, z: Number.NaN }] }, key: "key", fields: ["z"] };
    assert.match(refused(chart([{ x: 1, y: 1 }], {}, { transform: [{ lookup: "x", from }] })), /z is NaN/);
    const log = { field: { repeat: "column" }, type: "quantitative", scale: { type: "log" } };
    const values = [{ a: 1, b: 0 }];
    const repeated = {
      data: { values },
      repeat: { column: ["a", "b"] },
      spec: { mark: "point", encoding: { y: log } },
    };
    assert.match(refused(repeated), /b is 0, expected more than 0 on the logarithmic y scale/);
    const layered = {
      data: { values },
      repeat: ["a", "c"],
      spec: { mark: "point", encoding: { y: { ...log, field: { repeat: "repeat" } } } },
    };
    assert.match(refused(layered), /y is of the field "c"/);
  });

  test("what transforms make of the data, when it is drawn", async () => {
    const made = (calculate: string, scale = {}) =>
      renderSvg(
        chart([{ x: 1 }, { x: 2 }, { x: 4 }], { field: "made", scale }, { transform: [{ calculate, as: "made" }] }),
        {
          warn: () => {},
        },
      );
    await assert.rejects(
      made("log(2 - datum.x)"),
      /^UserError: figure data: made is (NaN|-Infinity) after the transforms, expected a finite number \(2 of 3 marks\)/,
    );
    await assert.rejects(
      made("datum.x - 2", { type: "log" }),
      /made is -1 after the transforms, expected more than 0 on the logarithmic y scale/,
    );
    await assert.rejects(made("'a' + datum.x"), /made is "a1" after the transforms/);
    await assert.rejects(made("datum.x > 1 ? datum.x : null"), /made is null after the transforms/);
    await made("datum.x * 2", { type: "log" });
    const filtered = { transform: [{ calculate: "log(2 - datum.x)", as: "made" }, { filter: "isFinite(datum.made)" }] };
    await renderSvg(chart([{ x: 1 }, { x: 2 }], { field: "made" }, filtered));
  });

  test("panels of a facet and lines are looked into as well", async () => {
    const line = {
      data: { values: [1, 2, 3, 4].map((x) => ({ x, set: x % 2 })) },
      transform: [{ calculate: "datum.x === 3 ? 0/0 : datum.x", as: "y" }],
      mark: "line",
      encoding: {
        x: { field: "x", type: "quantitative" },
        y: { field: "y", type: "quantitative" },
        color: { field: "set", type: "nominal" },
        row: { field: "set" },
      },
    };
    await assert.rejects(renderSvg(line), /y is NaN after the transforms, expected a finite number \(1 of 4 marks\)/);
  });

  test("what Vega only warns of", async () => {
    await assert.rejects(renderSvg(chart([])), /^UserError: figure data: there is no value of [xy] to draw/);
    const zero = chart([{ x: 1, y: 1 }], { scale: { type: "log", domain: [0, 10] } });
    await assert.rejects(
      renderSvg(zero),
      /^UserError: figure spec: a logarithmic scale has the domain \[0,10\], expected numbers above 0/,
    );
  });

  test("rendering reports it, and refuses data from elsewhere", async () => {
    await assert.rejects(renderSvg(chart([{ x: 1, y: Number.NaN }])), UserError);
    await assert.rejects(
      renderSvg({ ...chart([]), data: { url: "a.csv" } }),
      /^UserError: figure spec: data from a.csv, expected the rows in the spec/,
    );
  });
});
