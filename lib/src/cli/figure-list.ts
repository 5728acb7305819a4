import { ensureMnist1d, RandomState, stride } from "../dataset/index.js";
import {
  headPositions,
  keptModels,
  keptOnTask,
  mixShares,
  type RecordGroup,
  recordGroups,
  traceTask,
} from "../display/index.js";
import {
  accuracyCurves,
  accuracyStrip,
  addressingExamples,
  addressingWalkFigure,
  copyLengths,
  differenceForest,
  digitsByLength,
  focusEnds,
  focusOutcomes,
  headPaths,
  lossComparison,
  rangeCosts,
  rankDiagram,
  type Spec,
  searchScatter,
  shiftShares,
  taskOutcomes,
  taskTrace,
  type Walks,
  weightsComparison,
} from "../figures/index.js";
import { addressingWalk } from "../models/index.js";
import { experimentData, remadeStudy, studies } from "../studies/index.js";
import { completed, type RunRecord, recordsOf } from "../study/index.js";
import { project } from "../support/folders.js";

/** A figure under the name of its files. */
export interface NamedFigure {
  name: string;
  /** @throws UserError when what it needs is missing: records, weights */
  draw(): Spec | Promise<Spec>;
}

/** The figures of records and of kept models, as the notebooks draw and name them: a test compares them to the byte. */
export const figureList = (): NamedFigure[] => [...ofParts(), ...onTasks(), ...ofModels];

/** Figures of each part of the studies on MNIST-1D, by the first part of their names. */
const EACH: Readonly<Record<string, (group: RecordGroup) => Spec>> = {
  accuracy: ({ protocol, title, records }) =>
    accuracyStrip(records, protocol === "published" ? studies.published.parts[0]!.published! : {}, {
      title: `Test accuracy, ${title}`,
    }),
  differences: ({ title, comparisons }) =>
    // beside the MLP's distance the others would look like nothing
    differenceForest(
      comparisons.filter(({ against }) => against !== "mlp"),
      { title: `Differences between models, ${title}` },
    ),
  ranks: ({ title, records }) => rankDiagram(records, { title: `Mean ranks, ${title}` }),
  loss: ({ title, records }) => lossComparison(records, { title: `Training loss, ${title}` }),
  accuracy_curves({ title, records }) {
    const set = heldOut(records) ? "validation" : "test";
    return accuracyCurves(records, { set, title: `${set === "test" ? "Test" : "Validation"} accuracy, ${title}` });
  },
};

const heldOut = (records: readonly RunRecord[]) => records[0]?.config.validation !== undefined;

function ofParts(): NamedFigure[] {
  const groups = recordGroups(remadeStudy(), studies.sound).filter(({ records }) => records.length > 0);
  const published = recordsOf(remadeStudy());
  return [
    { name: "loss_comparison", draw: () => lossComparison(published) },
    { name: "accuracy_comparison", draw: () => accuracyCurves(published) },
    { name: "learning_rate_search", draw: () => searchScatter(published) },
    { name: "addressing_examples", draw: () => addressingExamples() },
    ...Object.entries(EACH).flatMap(([name, draw]) =>
      groups.map((group) => ({ name: `${name}_${group.protocol}`, draw: () => draw(group) })),
    ),
  ];
}

function onTasks(): NamedFigure[] {
  const [range, focus] = [recordsOf(studies.range), recordsOf(studies.focus)];
  // models that lack seeds can't be judged yet
  const long = completed(studies.long, recordsOf(studies.long));
  const tuned = [studies.rates, studies["step-rates"]].flatMap((study) => completed(study, recordsOf(study)));
  const sized = completed(studies["paper-size"], recordsOf(studies["paper-size"]));
  const focusLong = completed(studies["focus-long"], recordsOf(studies["focus-long"]));
  const starts = [...focus, ...focusLong];
  const on = (part: string) => starts.filter(({ protocol }) => protocol === part);
  return [
    { name: "copy_ntm_length", draw: () => copyLengths(recordsOf(studies["ntm-paper"])) },
    {
      name: "long_outcomes",
      draw: () => taskOutcomes([...long, ...tuned, ...sized], { title: "Runs that learned the task" }),
    },
    {
      name: "long_costs",
      draw: () => rangeCosts(long, { title: "How far it carries, at one learning rate: bits per sequence by length" }),
    },
    { name: "long_digits", draw: () => digitsByLength(long, { title: "Digits as longer signals" }) },
    { name: "range_outcomes", draw: () => taskOutcomes(range) },
    { name: "range_costs", draw: () => rangeCosts(range) },
    { name: "range_digits", draw: () => digitsByLength(range) },
    { name: "focus_outcomes", draw: () => focusOutcomes(starts) },
    ...[...new Set(starts.map(({ protocol }) => protocol))].flatMap((part) =>
      (["sigma", "delta"] as const).map((quantity) => ({
        name: `focus_${quantity}_${part.slice("focus-".length)}`,
        draw: () => focusEnds(on(part), quantity),
      })),
    ),
  ];
}

/** Of models whose weights this machine or the repository keeps. */
const ofModels: readonly NamedFigure[] = [
  {
    name: "head_weights",
    draw: async () =>
      weightsComparison(await walks(["ntm", "dms", "ntm-learned", "dms-learned", "dms-periodic"], [0]), {
        title: "Flat as published, alive once the slots differ",
      }),
  },
  {
    name: "addressing_walk",
    draw: async () =>
      addressingWalkFigure(await walks(["ntm", "dms", "ntm-learned", "dms-periodic"], [0, 1]), {
        left: "ntm-learned",
        right: "dms-periodic",
      }),
  },
  { name: "trace_long-copy-ntm", draw: () => trace("long-copy-ntm", 20, "Copy by NTM") },
  { name: "trace_long-copy-dms-periodic", draw: () => trace("long-copy-dms-periodic", 20, "Copy by DMS-NTM periodic") },
  { name: "trace_long-recall-ntm", draw: () => trace("long-recall-ntm", 6, "Associative recall by NTM") },
  {
    name: "trace_long-jump-dms-periodic",
    draw: () => trace("long-jump-dms-periodic", 8, "Jump recall by DMS-NTM periodic"),
  },
  {
    name: "trace_rates-jump-ntm",
    draw: () => trace("rates-jump-ntm", 8, "Jump recall by NTM, whose heads step by one slot"),
  },
  {
    name: "trace_rates-jump-lie-access",
    draw: () => trace("rates-jump-lie-access", 8, "Jump recall by Lie-access, bounded"),
  },
  { name: "path_rates-jump-lie-access", draw: lieAccessPath },
  {
    name: "trace_size-repeat-lie-access",
    draw: () => trace("size-repeat-lie-access", 6, "Repeat copy by Lie-access, bounded"),
  },
  { name: "copy_ntm_trace", draw: () => trace("copy-ntm-paper", 30, "Copy of 30 vectors by a discrete NTM") },
  { name: "jump_recall_trace", draw: () => trace("jump-recall-dms-periodic", 8, "Jump recall by DMS-NTM periodic") },
  { name: "mixture_gate", draw: mixtureGate },
  {
    name: "mixture_trace",
    draw: () => trace("jump-recall-mixture", 8, "Jump recall by a mixture"),
  },
];

async function walks(names: readonly string[], rows: readonly number[]): Promise<Walks> {
  const { test } = stride(ensureMnist1d(project().data, experimentData), 2);
  const kept = await keptModels(names, { train: false });
  return Object.fromEntries(Object.entries(kept).map(([name, { model }]) => [name, addressingWalk(model, test, rows)]));
}

async function trace(name: string, length: number, title: string): Promise<Spec> {
  const { model, task } = await keptOnTask(name, { train: false });
  return taskTrace(traceTask(model, task, length), { title });
}

async function lieAccessPath(): Promise<Spec> {
  const { model, task } = await keptOnTask("rates-jump-lie-access", { train: false });
  const { x } = task.sample(RandomState.stream(0, `trace/${task.name}`), 8);
  return headPaths(headPositions(model, x), { title: "Jump recall by Lie-access, bounded: its heads in the plane" });
}

async function mixtureGate(): Promise<Spec> {
  const { model, task } = await keptOnTask("jump-recall-mixture", { train: false });
  const sample = task.sample(RandomState.stream(0, `trace/${task.name}`), 8);
  const due = Array.from(sample.mask).flatMap((mask, step) => (mask === 1 ? [step] : []));
  return shiftShares(mixShares(model, sample.x), { title: "Jump recall: which shift a head uses", due });
}
