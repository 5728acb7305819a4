import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { modelTitle } from "./names.js";
import type { Spec } from "./spec.js";
import { SERIES, themed } from "./theme.js";
import {
  answerPanel,
  GAP,
  MODELS_GAP,
  memoryPanel,
  numberPanel,
  type PanelContext,
  panelName,
  SIGNAL,
  STEP,
  signalPanel,
  TITLE_GAP,
  weightsPanel,
} from "./walk/panels.js";
import { largestWeight, type Walks, walkRows } from "./walk/rows.js";

/** What a head says, each over the steps in a panel of its own. */
const NUMBERS = ["gate", "strength", "shift", "sharpening"];

/** What addressingWalkFigure shows first. */
export interface WalkOptions {
  /** models on the left and on the right; the first and the last if not given */
  left?: string;
  right?: string;
  /** the step in the middle if not given */
  step?: number;
  title?: string;
}

/**
 * Two memory models' way through a sample, side by side: each head's gate, strength, shift, focus and sharpening over
 * the steps, its weights over steps and slots, and at one step the memory and the answer. The step follows the pointer
 * and a slider; sample and models are chosen from lists. A static picture shows what these start with.
 *
 *     const walk = (model: LayersModel) => addressingWalk(model, data.test, [0, 1]);
 *     await show(addressingWalkFigure({ ntm: walk(ntm), dms: walk(dms) }));
 *
 * @param walks by the models' names, of the same samples; all of the same number of steps
 * @throws UserError no walks, samples that differ, an option that names none of them
 */
export function addressingWalkFigure(walks: Walks, options: WalkOptions = {}): Spec {
  const { signals, heads, states } = walkRows(walks);
  const names = Object.keys(walks);
  const samples = walks[names[0]!]!;
  const steps = samples[0]!.steps.length;
  const { left, right, step, title } = withDefaults("addressingWalkFigure", options, {
    left: names[0]!,
    right: names.at(-1)!,
    step: Math.floor(steps / 2),
    title: "A walk through one digit",
  });
  for (const [side, name] of Object.entries({ left, right })) {
    if (!names.includes(name)) throw new UserError(`${side} is ${show(name)}, expected one of ${names.join(", ")}`);
  }
  if (!Number.isInteger(step) || step < 0 || step >= steps)
    throw new UserError(`step is ${show(step)}, expected a whole number from 0 to ${steps - 1}`);
  const headNames = [...new Set(heads.map(({ head }) => head))];
  const colors = headNames.map((_, i) => SERIES[i % SERIES.length]!);
  const context = { steps, heads: headNames, colors, weight: largestWeight(Object.values(walks).flat()) };
  const titles = names.map(modelTitle);
  const labels = samples.map(({ sample, label }) => `${sample} (digit ${label})`);
  return themed({
    title: {
      text: title,
      subtitle: [
        "lines: what each head says; band: shift ± focus; gold: the chosen step, and the true class",
        `memory after that step: orange below 0, purple above; strips beside it: weights of ${headNames.join(", ")}`,
      ],
    },
    datasets: { signals, heads, states },
    params: [
      {
        name: STEP,
        value: [{ step }],
        select: { type: "point", fields: ["step"], on: "pointerover", clear: false },
        bind: { step: { input: "range", min: 0, max: steps - 1, step: 1, name: "step " } },
        views: [
          SIGNAL,
          ...["left", "right"].flatMap((side) => [...NUMBERS, ...headNames].map((what) => panelName(side, what))),
        ],
      },
      choice("sample", samples[0]!.sample, { options: samples.map(({ sample }) => sample), labels }),
      choice("left", modelTitle(left), { options: titles }),
      choice("right", modelTitle(right), { options: titles }),
    ],
    vconcat: [
      signalPanel(context),
      { hconcat: [modelPanels(context, "left"), modelPanels(context, "right")], spacing: MODELS_GAP },
    ],
    spacing: 16,
  });
}

/** A parameter with a list to choose from. */
const choice = (name: string, value: unknown, list: { options: unknown[]; labels?: string[] }) => ({
  name,
  value,
  bind: { input: "select", ...list, name: `${name} ` },
});

/** All panels of the model that is chosen on one side. */
function modelPanels(context: PanelContext, side: string): Spec {
  const gate = numberPanel(context, side, "gate", "", { domain: [0, 1] });
  const model = {
    text: { expr: side },
    subtitle: "gate g",
    fontSize: 14,
    frame: "group",
    offset: TITLE_GAP,
    subtitlePadding: 8,
  };
  const maps = context.heads.map((head) => weightsPanel(context, side, head));
  return {
    concat: [
      { ...gate, title: model },
      numberPanel(context, side, "strength", "strength β"),
      numberPanel(context, side, "shift", "shift ± focus (slots)", { band: true }),
      numberPanel(context, side, "sharpening", "sharpening γ"),
      ...maps,
      memoryPanel(context, side),
      answerPanel(side),
    ],
    columns: 2,
    spacing: GAP,
    // frames in line, whatever stands on their axes
    bounds: "flush",
  };
}
