import { makeMnist1d } from "../../src/dataset/index.js";
import {
  headWeights,
  keptModels,
  shiftParameters,
  show,
  showTable,
  traceTask,
  trainMissing,
} from "../../src/display/index.js";
import { accuracyCurves, lossComparison, renderPng, saveFigure, weightsHeatmap } from "../../src/figures/index.js";
import { addressingWalk, buildModel } from "../../src/models/index.js";
import { publishedModels, studies } from "../../src/studies/index.js";
import { chosen, measureDegeneracy } from "../../src/study/index.js";
import { makeTask } from "../../src/tasks/index.js";
import { trainingSet } from "../../src/training/index.js";
import { madeUp } from "../study/records.js";
import type { Row } from "./row.js";

const memory = () => buildModel({ ...publishedModels.ntm, steps: 4, hidden: 2, slots: 3, width: 2 }, 0);
const records = [madeUp("gru", 0), madeUp("gru", 1)];

/** @param folder to try to write to */
export function notebookRows(folder: string): Row[] {
  return [
    {
      what: "the heads of a model without a memory",
      run: () => headWeights(buildModel(publishedModels.mlp, 0), [1]),
      expected: /has no memory, expected one of kind "ntm"/,
    },
    {
      what: "the heads on a sequence that is too long",
      run: () => headWeights(memory(), [1, 2, 3, 4, 5]),
      expected: /sequence has 5 values, expected 4/,
    },
    {
      what: "the heads on a sequence with NaN",
      run: () => headWeights(memory(), [1, 2, Number.NaN, 4]),
      expected: /sequence\[2\] is NaN, expected a finite number/,
    },
    { what: "the heads on no sequence", run: () => headWeights(memory(), []), expected: /sequence has 0 values/ },
    {
      what: "the shifts on text",
      run: () => shiftParameters(memory(), "abcd" as never),
      expected: /sequence\[0\] is "a", expected a finite number/,
    },
    {
      what: "a walk through sample 99",
      run: () => addressingWalk(memory(), makeMnist1d({ samples: 20 }).test, [99]),
      expected: /sample is 99/,
    },
    {
      what: "a walk through samples of another length",
      run: () => addressingWalk(memory(), makeMnist1d({ samples: 20 }).test, [0]),
      expected: /samples have 40 values, expected 4/,
    },
    {
      what: "a task shown to a model of other inputs",
      run: () => traceTask(memory(), makeTask({ task: "copy", bits: 2 }), 3),
      expected: /reads \[steps, 1\]|1 features|expected .*4/,
    },
    {
      what: "a measurement of a model without a memory",
      run: () => measureDegeneracy(buildModel(publishedModels.mlp, 0), trainingSet(new Float32Array(40), [0], [40])),
      expected: /has no memory/,
    },
    {
      what: "trained models of unknown name",
      run: () => keptModels(["constructor"]),
      expected: /model is "constructor", expected one of/,
    },
    {
      what: "a study whose model's name leaves the folder",
      run: () => {
        const [part] = studies.smoke.parts;
        return trainMissing({ ...studies.smoke, parts: [{ ...part!, models: { "../../x": publishedModels.mlp } }] });
      },
      expected: /run name is "\.\.\/\.\.\/x"/,
    },
    {
      what: "a study by -1 workers",
      run: () => trainMissing(studies.smoke, { workers: -1 }),
      expected: /workers is -1, expected a whole number/,
    },
    {
      what: "an option that has no say in what is missing, of a study of which nothing is",
      run: () => trainMissing(chosen(studies.published, { models: ["mlp"], seeds: 1 }), { fresh: true } as never),
      expected: /trainMissing options has the unknown key fresh/,
    },
    {
      what: "-1 workers for a study of which nothing is missing",
      run: () => trainMissing(studies.published, { models: ["mlp"], seeds: 1, workers: -1 }),
      expected: /workers is -1, expected a whole number/,
    },
    {
      what: "what is missing of a model that a study hasn't got",
      run: () => trainMissing(studies.published, { models: ["mpl"] }),
      expected: /"?mpl"?/,
    },
    {
      what: "a table of a number",
      run: () => showTable(3 as never),
      expected: /table data is 3, expected a polars DataFrame/,
    },
    {
      what: "a table of an unknown column",
      run: () => showTable([{ a: 1 }], { columns: { b: {} } }),
      expected: /column "b" is not in the table, expected one of a/,
    },
    { what: "a table of half a row", run: () => showTable([{ a: 1 }], { rows: 0.5 }), expected: /rows is 0\.5/ },
    {
      what: "a figure that is no spec",
      run: () => show({ mark: "cube" } as never),
      expected: /figure spec: mark is "cube", expected one of/,
    },
    {
      what: "a misspelt mark of a layer",
      run: () => show({ data: { values: [{ a: 1 }] }, layer: [{ mark: { type: "pint" } }] } as never),
      expected: /figure spec: mark is "pint", expected one of .*; did you mean point\?/,
    },
    {
      what: "a figure that is null",
      run: () => show(null as never),
      expected: /figure spec is null, expected an object/,
    },
    {
      what: "a figure with NaN",
      run: () => show({ data: { values: [{ a: Number.NaN }] }, mark: "point" } as never),
      expected: /a is NaN, expected a finite number in row 1/,
    },
    { what: "a figure of no records", run: () => lossComparison([]), expected: /no run records to draw/ },
    {
      what: "a figure of the same run twice",
      run: () => accuracyCurves([records[0]!, records[0]!]),
      expected: /hold gru with seed 0 twice/,
    },
    { what: "a heat map of nothing", run: () => weightsHeatmap([]), expected: /no / },
    {
      what: "a figure of scale 0",
      run: () => renderPng(lossComparison(records), { scale: 0 }),
      expected: /scale is 0, expected more than 0/,
    },
    {
      what: "a figure whose name leaves the folder",
      run: () => saveFigure(folder, "../x", lossComparison(records)),
      expected: /figure name is "\.\.\/x", expected letters/,
    },
    {
      what: "a figure whose data is an address",
      run: () => show({ data: { url: "http://localhost/x.csv" }, mark: "point" } as never),
      expected: /data from http:\/\/localhost\/x\.csv, expected the rows in the spec/,
    },
  ];
}
