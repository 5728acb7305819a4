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
