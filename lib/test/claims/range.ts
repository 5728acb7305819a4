import { rangeModels, studies } from "../../src/studies/index.js";
import { type Claim, range } from "./claim.js";
import { startOf } from "./long-runs.js";

const converged = range.filter(({ sequencesToConverge }) => sequencesToConverge !== null);

const otherTasks = studies.range.parts.filter(({ name }) => !name.startsWith("range-mnist1d"));

/** The tasks on which a model has a learning rate. */
const tasksAt = (model: string, rate: number) =>
  new Set(
    range
      .filter(({ name, protocol, config }) => {
        const other = otherTasks.some((part) => part.name === protocol);
        return name === model && other && config.training.learningRate === rate;
      })
      .map(({ protocol }) => protocol),
  );

/** What is said of longer range with short budgets. */
export const rangeClaims: Claim[] = [
  { text: "on ten tasks", holds: studies.range.parts.length === 10 },
  {
    text: "184 of 770 runs learned their task",
    holds: converged.length === 184 && range.length === 770,
  },
  {
    text: "at most 80,000 sequences",
    holds: Math.max(...range.map(({ config }) => config.training.sequences)) === 80_000,
  },
  {
    text: "memories that start from learned contents",
    holds: Object.values(rangeModels).every((model) => model.kind !== "ntm" || startOf(model.initial) === "learned"),
  },
  {
    text: "GRU and LSTM have the highest rate tried, 0.03, on 6 of the 7 tasks that aren't digits",
    holds:
      ["gru", "lstm"].every((model) => tasksAt(model, 0.03).size === 6) &&
      otherTasks.length === 7 &&
      otherTasks.every(
        ({ learningRate }) => typeof learningRate === "object" && Math.max(...learningRate.rates) === 0.03,
      ),
  },
];
