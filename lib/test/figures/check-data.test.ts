import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UserError } from "../../src/check.js";
import { checkFigureData } from "../../src/figures/check-data.js";
import { renderSvg } from "../../src/figures/render.js";
import type { Spec } from "../../src/figures/spec.js";

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
    assert.throws(() => checkFigureData(chart([{ x: 1, y: 1 }, { x: 2 }])), /y is missing, expected a number in row 2 of 2/);
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
    const below = { data: { values: [{ y: -2 }] }, mark: "point", encoding: { y: { field: "y", type: "quantitative" } } };
    const line = { data: { values: [{ y: 1 }] }, mark: "line", encoding: { y: log } };
    assert.throws(() => checkFigureData({ layer: [below, line] }), /y is -2, expected more than 0 on the logarithmic y scale/);
    assert.throws(() => checkFigureData({ layer: [line, rule(0)] }), /datum of y is 0, expected more than 0/);
    assert.throws(() => checkFigureData(rule(Number.NaN)), /datum of y is NaN, expected a finite number/);
    checkFigureData({ layer: [below, line], resolve: { scale: { y: "independent" } } });
    checkFigureData({ hconcat: [below, line] });
    checkFigureData(rule(0));
  });

  test("a null that a filter may take out is let through", () => {
    checkFigureData(chart([{ x: 1, y: null }], {}, { transform: [{ filter: "isValid(datum.y)" }] }));
  });

  test("rendering reports it, and refuses data from elsewhere", async () => {
    await assert.rejects(renderSvg(chart([{ x: 1, y: Number.NaN }])), UserError);
    await assert.rejects(
      renderSvg({ ...chart([]), data: { url: "a.csv" } }),
      /^UserError: figure spec: data from a.csv, expected the rows in the spec/,
    );
  });
});
