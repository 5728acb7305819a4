import { isDeepStrictEqual } from "node:util";
import { modelTitle } from "../../src/figures/index.js";
import { median, summarize } from "../../src/stats/index.js";
import { studies } from "../../src/studies/index.js";
import { compare, completed, partOf, type TaskRecord } from "../../src/study/index.js";
import { RandomState } from "../../src/support/random-state.js";
import { makeTask } from "../../src/tasks/index.js";
import { type Claim, longParts, paperSize, rounds, two } from "./claim.js";
import { attempt, endOf, frame, learned, runsOf } from "./long-runs.js";

/** The runs at the paper's size that are there. */
const atFullSize = (task: string, model: string) =>
  paperSize.filter(({ protocol, name }) => protocol === `paper-size-${task}` && name === model);

/** How many of them learned the task. */
function fullSize(task: string, model: string): string {
  const runs = atFullSize(task, model);
  return `${runs.filter(({ sequencesToConverge }) => sequencesToConverge !== null).length} of ${runs.length}`;
}

/** Sequences that those saw that learned it. */
const learnedAfter = (task: string, model: string) =>
  atFullSize(task, model).flatMap(({ sequencesToConverge }) => sequencesToConverge ?? []);
const ngramsNeedNone =
  fullSize("ngrams-steady", "ntm-wide") === "9 of 10" && fullSize("ngrams-steady", "lstm") === "10 of 10";
const sizes = compare(studies["paper-size"], completed(studies["paper-size"], paperSize));
const slow = atFullSize("repeat-copy-slow", "lie-access-bounded");
const clipped = ["repeat-copy", "ngrams"].map((task) => partOf(studies["paper-size"], `paper-size-${task}-clipped`));
/** Whole bits in the test of the training's longest length. */
const tested = ({ tests }: TaskRecord) => Math.round(tests[0]!.cost);
/** At the paper's size. */
const sorts = longParts
  .find(({ part }) => part.name === "long-priority-sort")!
  .tuning.filter(({ config }) => `${config.task.lengths}` === "20,20");
const bestSortHolds = (() => {
  const best = sorts.toSorted((a, b) => a.tests[0]!.cost - b.tests[0]!.cost)[0]!;
  const { model, training } = best.config;
  return (
    best.variant === "8-read-heads-100-units-bounded-steps-cosine-3e-3-clip-running-2400k" &&
    model.kind === "lie-access" &&
    [model.readHeads, model.hidden, model.translation, model.writeGateBias].join() === "8,100,bounded," &&
    [training.learningRate, training.schedule, training.sequences].join() === "0.003,cosine,2400000" &&
    best.curve.at(-1)!.sequences === 2_400_000 &&
    two(best.curve.at(-1)!.cost!) === 1.2 &&
    best.tests[0]!.sequences === 100 &&
    Math.round(100 * best.tests[0]!.perfect) === 87 &&
    two(best.tests[0]!.cost) === 1.6 &&
    Math.round(best.parameters / 1000) === 104
  );
})();
/** What an LSTM does on them: learns neither of two, not repeat copy in one attempt, and n-grams. */
const lstmOnPaperTasks = ["copy", "associative-recall"].every((task) => learned(task, "lstm") === 0) && ngramsNeedNone;
/** An attempt at half of it. */
const halfSort = (how: string, longer = ""): TaskRecord => {
  const run = attempt("priority-sort", "lie-access", `half-size-${how}-clip-running${longer}`);
  const { config, tests } = run;
  const heads = config.model.kind === "lie-access" && config.model.readHeads;
  if (`${config.task.lengths} ${tests[0]!.length} ${tests[0]!.sequences} ${heads}` !== "10,10 10 100 8")
    throw new Error(`${run.variant} is another attempt`);
  return run;
};
/** Vectors that are asked for. */
const keptOf = (task: TaskRecord["config"]["task"]) =>
  task.task === "priority-sort" ? Math.round(task.kept * task.lengths[1]) : undefined;
/** As planned at half of it. */
const halfSorts = atFullSize("priority-sort-half", "lie-access-heads");
const halfSortsHold =
  fullSize("priority-sort-half", "lie-access-heads") === "10 of 10" &&
  halfSorts.every(
    ({ config, tests: [test] }) =>
      config.training.converged === 1 &&
      keptOf(config.task) === 8 &&
      `${config.task.lengths} ${test!.length} ${test!.sequences}` === "10,10 10 100" &&
      test!.cost > 1 &&
      test!.perfect > 0.875 &&
      test!.perfect < 0.935,
  ) &&
  two(median(halfSorts.map(({ tests }) => tests[0]!.cost))) === 1.5;
const sorting = (variant: string) => attempt("priority-sort", "ntm-wide", variant);

/** What was tried on priority sort, as rows of a table: all attempts of Lie-access, and the best of NTM. */
const sortRows = (() => {
  const own = longParts.find(({ part }) => part.name === "long-priority-sort")!.tuning;
  const costOf = ({ tests }: TaskRecord) => tests[0]!.cost;
  const lie = own.filter(({ config }) => config.model.kind === "lie-access");
  const ntms = own.filter(({ config }) => config.model.kind === "ntm").toSorted((a, b) => costOf(a) - costOf(b));
  return [...lie, ntms[0]!].map((run) => {
    const { model, training, task } = run.config;
    if (model.kind !== "lie-access" && model.kind !== "ntm") throw new Error(`${run.name} is no memory`);
    const heads = model.readHeads ?? 1;
    const what = [
      modelTitle(run.name),
      ...(model.controller === "feedforward" ? ["feedforward"] : []),
      `${heads} head${heads > 1 ? "s" : ""}`,
      ...(model.kind === "lie-access" && model.reading === "softmax" ? ["softmax"] : []),
      ...(model.kind === "lie-access" && model.writeGateBias ? ["writes along a path"] : []),
    ].join(", ");
    const end = run.curve.at(-1)!;
    return `| ${[
      `${keptOf(task)} of ${task.lengths[1]}`,
      what,
      model.hidden,
      `${training.learningRate}${training.schedule ? ", falls" : ""}`,
      end.sequences.toLocaleString("en"),
      two(end.cost!),
      two(costOf(run)),
      Math.round(100 * run.tests[0]!.perfect),
    ].join(" | ")} |`;
  });
})();

/** What is said of how far the NTM paper's tasks are learned at its sizes. */
export const paperTaskClaims: Claim[] = [
  ...(
    [
      ["| copy | NTM: 10 of 10 | 48,000 | 0.073 bits | 0 of 10 |", "long-copy", "ntm", 10, 48_000, 0.073],
      [
        "| associative recall | DMS-NTM periodic: 10 of 10 | 83,000 | 0.013 bits | 0 of 10 |",
        "long-associative-recall",
        "dms-periodic",
        10,
        83_000,
        0.013,
      ],
      [
        "| repeat copy | Lie-access, bounded: 10 of 10 | 133,000 | 0.047 bits | one attempt: 148 bits |",
        "paper-size-repeat-copy-slow",
        "lie-access-bounded",
        10,
        133_000,
        0.047,
      ],
      [
        "| dynamic 6-grams | NTM wide: 9 of 10 | 58,000 | 137 bits, where 130 is the best possible | 10 of 10 |",
        "paper-size-ngrams-steady",
        "ntm-wide",
        9,
        58_000,
        137,
      ],
      [
        "| priority sort, 8 of 10 | Lie-access with eight read heads: 10 of 10 | 714,000 | 1.5 bits | not asked |",
        "paper-size-priority-sort-half",
        "lie-access-heads",
        10,
        714_000,
        1.5,
      ],
    ] as const
  ).map(([text, part, model, learnedIn, after, bits]) => ({
    text,
    holds: (() => {
      const runs = [...frame, ...paperSize].filter(({ protocol, name }) => protocol === part && name === model);
      const times = runs.flatMap(({ sequencesToConverge }) => sequencesToConverge ?? []);
      const digits = bits > 100 ? 3 : 2;
      return (
        runs.length === 10 &&
        times.length === learnedIn &&
        median(times) === after &&
        median(runs.map(({ tests }) => tests[0]!.cost)).toPrecision(digits) === bits.toPrecision(digits) &&
        lstmOnPaperTasks
      );
    })(),
  })),
  {
    text: "| priority sort, 16 of 20 | none; the best attempt ends at 1.2 bits in training | – | 1.6 bits | not asked |",
    holds: bestSortHolds,
  },
  {
    text: "Learned is below 0.1 bits a sequence, on n-grams 135, on priority sort 1",
    holds: [...frame, ...paperSize].every(({ config: { task, training } }) =>
      task.task === "mnist1d"
        ? true
        : training.converged === (task.task === "ngrams" ? 135 : task.task === "priority-sort" ? 1 : 0.1),
    ),
  },
  ...[
    "Nor do n-grams, at the NTM paper's size: in training an LSTM learns them in 10 of 10 seeds, NTM wide in 9",
    "N-grams (in training) and, at half its size, repeat copy need no such memory: an LSTM learns them in 10 and 9",
    "an LSTM learns n-grams, in training, in 10 of 10 seeds, and repeat copy, at half its size, in 9",
  ].map((text) => ({ text, holds: ngramsNeedNone && learned("repeat-copy", "lstm") === 9 })),
  {
    text: "In training, one run each of NTM and DMS-NTM periodic ended there at more than 180 bits after 200,000 sequences, and an attempt with one length a batch at 128 after 600,000",
    holds:
      ["ntm", "dms-periodic"].every((model) => endOf(attempt("repeat-copy", model, "paper-size"), 200_000) > 180) &&
      rounds(endOf(attempt("repeat-copy", "ntm", "paper-size-one-length"), 600_000), 128, 0),
  },
  {
    text: "at 0.01 an attempt of NTM wide learned the paper's size in 82,000 sequences; at 0.003 another one ended at 143 bits in training",
    holds: (() => {
      const [high, low] = ["1e-2", "3e-3"].map((rate) => attempt("repeat-copy", "ntm-wide", `paper-size-rate-${rate}`));
      const rates = [high!, low!].map(({ config }) => config.training.learningRate);
      return (
        rates.join() === "0.01,0.003" && high!.sequencesToConverge === 82_000 && rounds(endOf(low!, 200_000), 143, 0)
      );
    })(),
  },
  {
    text: "was to have the NTM paper's size, 1 to 10 vectors 1 to 10 times",
    holds: ["ntm", "dms-periodic"].every((model) => {
      const { task } = attempt("repeat-copy", model, "paper-size").config;
      return task.task === "repeat-copy" && task.lengths.join() === "1,10" && task.repeats?.join() === "1,10";
    }),
  },
  {
    text: "On dynamic 6-grams the learning rate is three times that of the others",
    holds: longParts.every(
      ({ part: { name, learningRate } }) => learningRate === (name === "long-ngrams" ? 0.003 : 0.001),
    ),
  },
  {
    text: "Three runs of NTM cost 138 to 144 bits there, the best possible predictor 130",
    holds: (() => {
      const costs = runsOf("ngrams", "ntm").map(({ tests }) => tests[0]!);
      const rounded = costs.map(({ cost }) => Math.round(cost)).sort();
      return (
        costs.length === 3 &&
        rounded[0] === 138 &&
        rounded[2] === 144 &&
        costs.every(({ optimal }) => Math.round(optimal) === 130)
      );
    })(),
  },
  {
    text: "At 0.001 one run each of NTM and DMS-NTM periodic costs 139, of an LSTM without a memory 157. That was read as a sign that a memory counts; at 0.003",
    holds: ["ntm", "dms-periodic", "lstm"].every((model, i) => {
      const { config, tests } = attempt("ngrams", model, "recipe");
      return config.training.learningRate === 0.001 && Math.round(tests[0]!.cost) === [139, 139, 157][i];
    }),
  },
  {
    text: "none of the three is below the planned 135 bits after 60,000 sequences",
    holds: runsOf("ngrams", "ntm").every(
      ({ sequencesToConverge, config }) =>
        sequencesToConverge === null && config.training.converged === 135 && config.training.sequences === 60_000,
    ),
  },
  ...[
    "Copy, associative recall and repeat copy are learned by some memory in 10 of 10 seeds. N-grams and, at half its size, priority sort are learned in training; in the test their costs stay above the threshold",
  ].map((text) => ({
    text,
    holds:
      ngramsNeedNone &&
      atFullSize("ngrams-steady", "ntm-wide").every(({ tests }) => tests[0]!.cost > 135) &&
      fullSize("repeat-copy-slow", "lie-access-bounded") === "10 of 10" &&
      learned("copy", "ntm") === 10 &&
      learned("associative-recall", "dms-periodic") === 10 &&
      halfSortsHold,
  })),
  {
    text: "at 0.001, with gradients clipped at twice the running mean of their norm and up to 400,000 sequences, bounded Lie-access learns it in 10 of 10 seeds, after 133,000 in the median. In the test it costs 0.047 bits (median), and at least 99 of 100 sequences are right in each run. With 20 vectors it costs 341; two runs still get 70 and 79 of 100 right",
    holds: (() => {
      const { training, learningRate, models } = partOf(studies["paper-size"], "paper-size-repeat-copy-slow");
      const at = (length: number) => slow.map(({ tests }) => tests.find((one) => one.length === length)!);
      const right = at(20).map(({ perfect, sequences }) => Math.round(perfect * sequences));
      return (
        [learningRate, training.clipRunning, training.sequences, Object.keys(models)].join() ===
          "0.001,2,400000,lie-access-bounded" &&
        fullSize("repeat-copy-slow", "lie-access-bounded") === "10 of 10" &&
        median(learnedAfter("repeat-copy-slow", "lie-access-bounded")) === 133_000 &&
        two(median(at(10).map(({ cost }) => cost))) === 0.047 &&
        Math.round(median(at(20).map(({ cost }) => cost))) === 341 &&
        at(10).every(({ perfect, sequences }) => sequences === 100 && perfect >= 0.99) &&
        right
          .filter((count) => count > 30)
          .sort()
          .join() === "70,79"
      );
    })(),
  },
  {
    text: "In nine of the ten runs its heads don't go back while they answer: the read head walks the way of the write head, which goes on writing",
    holds:
      slow.filter((run) => {
        const median = (head: string, parameter: string) =>
          run.heads.find((one) => one.head === head && one.parameter === parameter && one.due)!.median;
        const [reads, writes] = ["read", "write"].map((head) => median(head, "translation"));
        const apart = Math.hypot(...reads!.map((part, axis) => part - writes![axis]!));
        return median("read", "gate")[0]! < 0.001 && apart < 0.02 && median("write", "strength")[0]! > 0.1;
      }).length === 9,
  },
  {
    text: "An LSTM without a memory, one attempt by the same recipe, makes 148 bits after its 400,000 sequences, and has none right",
    holds: (() => {
      const run = attempt("repeat-copy", "lstm", "paper-size-rate-1e-3-clip-running-400k");
      const { model, ...recipe } = run.config;
      const { model: _, ...same } = slow[0]!.config;
      return (
        isDeepStrictEqual(recipe, same) &&
        run.curve.at(-1)!.sequences === 400_000 &&
        tested(run) === 148 &&
        run.tests[0]!.perfect === 0
      );
    })(),
  },
  {
    text: "A last part, bounded Lie-access on repeat copy, was planned when an attempt had learned it after 134,000 sequences",
    holds:
      attempt("repeat-copy", "lie-access", "paper-size-bounded-rate-1e-3-clip-running").sequencesToConverge === 134_000,
  },
  {
    text: "at 0.01, with the same clipping and up to 200,000 sequences, NTM wide learns it in 7 of 10 seeds, after 60,000 sequences in the median, DMS-NTM periodic in 5 and NTM in 4",
    holds:
      ["ntm-wide", "dms-periodic", "ntm"].map((model) => fullSize("repeat-copy-clipped", model)).join() ===
        "7 of 10,5 of 10,4 of 10" &&
      median(learnedAfter("repeat-copy-clipped", "ntm-wide")) === 60_000 &&
      clipped.every(({ training, learningRate }) => training.clipRunning === 2 && learningRate === 0.01),
  },
  {
    text: "Their costs can't be told apart (corrected p = 0.85 and 0.71 for DMS-NTM periodic against NTM wide and NTM)",
    holds: (() => {
      const found = sizes
        .filter(({ part }) => part === "paper-size-repeat-copy-clipped")
        .map(({ model, against, outcome, corrected }) => `${model} ${against} ${outcome} ${two(corrected)}`);
      return found.sort().join() === "dms-periodic ntm undecided 0.71,dms-periodic ntm-wide undecided 0.85";
    })(),
  },
  {
    text: "With 20 vectors the best run of NTM wide gets 90 of 100 sequences right, that of DMS-NTM periodic 83, that of NTM 92; most get fewer than half",
    holds: (() => {
      const rights = ["ntm-wide", "dms-periodic", "ntm"].map((model) =>
        atFullSize("repeat-copy-clipped", model).map(({ tests }) => {
          const { perfect, sequences } = tests.find(({ length }) => length === 20)!;
          return sequences === 100 ? Math.round(100 * perfect) : Number.NaN;
        }),
      );
      return (
        rights.map((each) => Math.max(...each)).join() === "90,83,92" &&
        rights.flat().filter((right) => right < 50).length > rights.flat().length / 2
      );
    })(),
  },
  {
    text: "with the usual one it was 2 of 4 for NTM wide and 2 of 4 for DMS-NTM periodic",
    holds: ["ntm-wide", "dms-periodic"].every((model) => fullSize("repeat-copy", model) === "2 of 4"),
  },
  {
    text: "with the same clipping at 0.003, training of NTM wide comes below the 135 bits that were asked for in 9 of 10 seeds, within 200,000 sequences, after 58,000 in the median; two of the nine do so in the last 4,000. An LSTM without a memory does so in 10, after 126,000",
    holds: (() => {
      const { training, learningRate } = partOf(studies["paper-size"], "paper-size-ngrams-steady");
      const after = learnedAfter("ngrams-steady", "ntm-wide");
      return (
        fullSize("ngrams-steady", "ntm-wide") === "9 of 10" &&
        median(after) === 58_000 &&
        after.filter((sequences) => sequences > 196_000).length === 2 &&
        fullSize("ngrams-steady", "lstm") === "10 of 10" &&
        median(learnedAfter("ngrams-steady", "lstm")) === 126_000 &&
        [training.converged, training.sequences, training.clipRunning, learningRate].join() === "135,200000,2,0.003"
      );
    })(),
  },
  {
    text: "In the test both have 137 bits (medians; NTM wide 136 to 138, and one run 153, the LSTM 135 to 137), so none is below 135; the best possible predictor has 130. At twice the length NTM wide costs 250, the LSTM 250, the best possible predictor 234",
    holds: (() => {
      const runs = atFullSize("ngrams-steady", "ntm-wide");
      const at = (length: number) => runs.map(({ tests }) => tests.find((one) => one.length === length)!);
      const lstm = atFullSize("ngrams-steady", "lstm").map(({ tests }) => tests.map(({ cost }) => cost));
      const [short, long] = [0, 1].map((i) => lstm.map((costs) => costs[i]!));
      return (
        [Math.min(...short!), median(short!), Math.max(...short!), median(long!)].map(Math.round).join() ===
          "135,137,137,250" &&
        short!.every((cost) => cost > 135) &&
        runs.every(({ config }) => config.task.lengths[1] === 200) &&
        at(200)
          .map(({ cost }) => Math.round(cost))
          .sort((a, b) => a - b)
          .filter((_, i) => [0, 8, 9].includes(i))
          .join() === "136,138,153" &&
        at(200).every(({ cost }) => cost > 135) &&
        [200, 400]
          .flatMap((length) => [median(at(length).map(({ cost }) => cost)), at(length)[0]!.optimal])
          .map(Math.round)
          .join() === "137,130,250,234"
      );
    })(),
  },
  {
    text: "Of DMS-NTM periodic four of ten runs are made, and none comes below 135: one diverged, the others come as near as 136 to 147, leap back, and end at 152 to 177",
    holds: (() => {
      const runs = atFullSize("ngrams-steady", "dms-periodic");
      const whole = runs.filter(({ diverged }) => !diverged).map(({ curve }) => curve.map(({ cost }) => cost));
      const ends = [whole.map((costs) => Math.min(...costs)), whole.map((costs) => costs.at(-1)!)];
      return (
        fullSize("ngrams-steady", "dms-periodic") === "0 of 4" &&
        whole.length === 3 &&
        ends
          .flatMap((costs) => [Math.min(...costs), Math.max(...costs)])
          .map(Math.round)
          .join() === "136,147,152,177"
      );
    })(),
  },
  {
    text: "By cost the two can't be told apart (corrected p = 1)",
    holds: sizes.some(
      ({ part, model, against, outcome, corrected }) =>
        `${part} ${model} ${against} ${outcome} ${corrected}` === "paper-size-ngrams-steady ntm-wide lstm undecided 1",
    ),
  },
  {
    text: "the test's 100 sequences are harder than most; in the mean of 20,000 others the best possible predictor has between 128 and 129 bits",
    holds: (() => {
      const task = makeTask({ task: "ngrams" });
      const random = RandomState.stream(0, "claims");
      const others = Array.from({ length: 20_000 }, () => task.optimalBits!(task.sample(random, 200)));
      const [test] = atFullSize("ngrams-steady", "lstm")[0]!.tests;
      const { mean } = summarize(others);
      return test!.sequences === 100 && mean > 128 && mean < 129 && test!.optimal > 130;
    })(),
  },
  {
    text: "Attempts of NTM wide that weren't ended where they came below, at a rate that falls from 0.003 to 0, make 136 after 100,000 sequences and 137 after 200,000",
    holds: [100_000, 200_000].every((sequences, i) => {
      const run = attempt("ngrams", "ntm-wide", `clip-running-cosine-3e-3-whole-${sequences / 1000}k`);
      const { schedule, learningRate, clipRunning } = run.config.training;
      return (
        [schedule, learningRate, clipRunning, run.curve.at(-1)!.sequences].join() === `cosine,0.003,2,${sequences}` &&
        tested(run) === [136, 137][i]
      );
    }),
  },
  {
    text: "at 0.01 some runs of repeat copy still leap or get stuck, and some of n-grams diverge",
    holds:
      clipped.every(({ learningRate }) => learningRate === 0.01) &&
      fullSize("repeat-copy-clipped", "ntm-wide") === "7 of 10" &&
      atFullSize("ngrams-clipped", "ntm-wide").some(({ diverged }) => diverged),
  },
  {
    text: "At 0.003, with the same clipping, an attempt learned it after 50,000 sequences, and at 0.005 another one didn't. Of ten seeds planned on the first, three are made: NTM wide learns it in 1",
    holds: (() => {
      const [low, high] = ["3e-3", "5e-3"].map((rate) =>
        attempt("repeat-copy", "ntm-wide", `paper-size-rate-${rate}-clip-running`),
      );
      return (
        [low!, high!].map(({ sequencesToConverge }) => sequencesToConverge).join() === "50000," &&
        partOf(studies["paper-size"], "paper-size-repeat-copy-steady").seeds === 10 &&
        fullSize("repeat-copy-steady", "ntm-wide") === "1 of 3"
      );
    })(),
  },
  {
    text: "Both it asked a third time, at 0.003, on ten more",
    holds: ["ngrams", "repeat-copy"].every((task) => {
      const { learningRate, seeds } = partOf(studies["paper-size"], `paper-size-${task}-steady`);
      return learningRate === 0.003 && seeds === 10;
    }),
  },
  {
    text: "At 0.01 training comes below 135 in 4 of 10 seeds of NTM wide and in 1 of NTM, within 100,000 sequences, and three of the twenty runs diverge",
    holds: (() => {
      const { training } = partOf(studies["paper-size"], "paper-size-ngrams-clipped");
      const runs = ["ntm-wide", "ntm"].flatMap((model) => atFullSize("ngrams-clipped", model));
      return (
        ["ntm-wide", "ntm"].map((model) => fullSize("ngrams-clipped", model)).join() === "4 of 10,1 of 10" &&
        training.converged === 135 &&
        training.sequences === 100_000 &&
        runs.filter(({ diverged }) => diverged).length === 3
      );
    })(),
  },
  {
    text: "At a rate that falls from 0.003 to 0 over 200,000 sequences, with the usual clipping, NTM does it in 2 of 3 seeds, with 137, 138 and 143 bits in the test",
    holds: (() => {
      const { training, learningRate } = partOf(studies["paper-size"], "paper-size-ngrams");
      const costs = atFullSize("ngrams", "ntm").map(({ tests }) => Math.round(tests[0]!.cost));
      return (
        fullSize("ngrams", "ntm") === "2 of 3" &&
        costs.sort((a, b) => a - b).join() === "137,138,143" &&
        training.sequences === 200_000 &&
        training.schedule === "cosine" &&
        learningRate === 0.003
      );
    })(),
  },
  ...sortRows.map((text) => ({ text, holds: true })),
  {
    text: '"Right" are lists of 100 without a wrong bit',
    holds: sorts.every(({ tests }) => tests[0]!.sequences === 100),
  },
  {
    text: "none comes below the 1 bit that was asked for. The best, Lie-access with eight read heads, 100 units (104,000 parameters) and a rate that falls from 0.003 to 0, costs 1.2 bits in training after 2,400,000 sequences and 1.6 in the test, and sorts 87 of 100 lists without a wrong bit",
    holds:
      bestSortHolds &&
      sorts.every(({ config, sequencesToConverge: at }) => at === null && config.training.converged === 1),
  },
  {
    text: "repeat copy (1 to 10 vectors, 1 to 10 times)",
    holds: (() => {
      const { task } = partOf(studies["paper-size"], "paper-size-repeat-copy");
      return task.task === "repeat-copy" && `${task.lengths} ${task.repeats}` === "1,10 1,10";
    })(),
  },
  {
    text: "n-grams (200 bits, 6-grams)",
    holds: (() => {
      const { task } = partOf(studies["paper-size"], "paper-size-ngrams");
      return task.task === "ngrams" && task.n === 6 && `${task.lengths}` === "200,200";
    })(),
  },
  {
    text: '"Clipped", "steady" and "slow" clip them at twice the running mean of their norm, and have a learning rate of 0.01, 0.003 and 0.001',
    holds: ["clipped", "steady", "slow"].every((how, i) => {
      const { parts } = studies["paper-size"];
      const own = parts.filter(({ name }) => name.endsWith(`-${how}`));
      return (
        own.length > 0 &&
        own.every((part) => part.training.clipRunning === 2 && part.learningRate === [0.01, 0.003, 0.001][i])
      );
    }),
  },
  {
    text: "8 of 10 vectors: with eight read heads, 100 units (104,000 parameters) and a rate that falls from 0.003, Lie-access comes below 1 bit in training in 10 of 10 seeds, within 800,000 sequences, after 714,000 in the median. In the test it makes 1.5 bits (median; 1.1 to 1.9) and sorts 88 to 93 of 100 lists without a wrong bit",
    holds: (() => {
      const costs = halfSorts.map(({ tests }) => tests[0]!.cost);
      const { training, learningRate } = partOf(studies["paper-size"], "paper-size-priority-sort-half");
      return (
        halfSortsHold &&
        [two(Math.min(...costs)), two(Math.max(...costs))].join() === "1.1,1.9" &&
        [learningRate, training.schedule, training.sequences].join() === "0.003,cosine,800000" &&
        halfSorts.every(({ config: { model } }) => "hidden" in model && model.hidden === 100) &&
        median(learnedAfter("priority-sort-half", "lie-access-heads")) === 714_000 &&
        halfSorts.every(({ parameters }) => Math.round(parameters / 1000) === 104) &&
        halfSorts.every(({ tests }) => tests[1]!.length === 20 && tests[1]!.perfect === 0)
      );
    })(),
  },
  {
    text: "Runs end after three points of the curve below the threshold in a row, which flatters the training's end",
    holds: halfSorts.every(
      ({ config, curve }) => config.training.stopAfter === 3 && curve.slice(-3).every(({ cost }) => cost < 1),
    ),
  },
  {
    text: "so was priority sort at half its size, when two attempts had come below 1 bit after 568,000",
    holds:
      ["8-read-heads", "8-read-heads-100-units"].every(
        (how) => halfSort(`${how}-bounded-steps-cosine-3e-3`, "-600k").sequencesToConverge === 568_000,
      ) && halfSorts.length > 0,
  },
  {
    text: "priority sort (16 of 20 vectors)",
    holds: sorts.every(({ config: { task } }) => keptOf(task) === 16),
  },
  {
    text: "has attempts alone",
    holds: sorts.length > 0 && !frame.some(({ protocol }) => protocol === "long-priority-sort"),
  },
  {
    text: "On priority sort at 0.01, training of NTM wide went from 35 bits to 127 in its last 4,000 sequences",
    holds: (() => {
      const { curve, config } = sorting("rate-1e-2");
      const before = curve.at(-3)!;
      return (
        config.training.learningRate === 0.01 &&
        Math.round(before.cost) === 35 &&
        before.sequences === 296_000 &&
        Math.round(endOf(sorting("rate-1e-2"), 300_000)) === 127
      );
    })(),
  },
  {
    text: "A rate that falls from 0.01 to 0: NTM wide makes 31 bits on priority sort, and learns repeat copy after 168,000 sequences. DMS-NTM periodic doesn't (342 bits), and NTM makes 160 on n-grams, where an LSTM made 157 in an attempt at 0.001, and 137 at 0.003",
    holds:
      tested(sorting("cosine-1e-2")) === 31 &&
      attempt("repeat-copy", "ntm-wide", "paper-size-cosine-1e-2").sequencesToConverge === 168_000 &&
      tested(attempt("repeat-copy", "dms-periodic", "paper-size-cosine-1e-2")) === 342 &&
      tested(attempt("ngrams", "ntm", "cosine-1e-2")) === 160 &&
      sorting("cosine-1e-2").name === "ntm-wide" &&
      tested(attempt("ngrams", "lstm", "recipe")) === 157 &&
      attempt("ngrams", "lstm", "recipe").config.training.learningRate === 0.001 &&
      Math.round(median(atFullSize("ngrams-steady", "lstm").map(({ tests }) => tests[0]!.cost))) === 137,
  },
  {
    text: "Clipped at twice the running mean, at the same rate, it does so after 40,000 (NTM wide) and 86,000 (NTM), without a leap; with the usual clipping NTM did after 46,000",
    holds: (() => {
      const usual = attempt("ngrams", "ntm", "rate-3e-3");
      if (usual.sequencesToConverge !== 46_000 || usual.config.training.clipNorm !== 50) return false;
      const tried = ["ntm-wide", "ntm"].map((model) => attempt("ngrams", model, "clip-running-200k"));
      return (
        tried.map(({ sequencesToConverge }) => sequencesToConverge).join() === "40000,86000" &&
        tried.every(
          ({ config: { training }, curve }) =>
            training.learningRate === 3e-3 &&
            training.clipRunning === 2 &&
            curve.every(({ cost }, i) => i === 0 || cost < curve[i - 1]!.cost + 8),
        )
      );
    })(),
  },
  {
    text: "Gradients clipped at 1 instead of 50 give 45 bits on priority sort and 6.5 on repeat copy. On n-grams, at 0.003, training comes below 135 after 162,000 sequences",
    holds: (() => {
      const [sort, copy, ngrams] = [
        sorting("rate-1e-2-clip-1"),
        attempt("repeat-copy", "ntm-wide", "paper-size-rate-1e-2-clip-1"),
        attempt("ngrams", "ntm", "clip-1-200k"),
      ];
      return (
        [sort, copy, ngrams].every(({ config }) => config.training.clipNorm === 1) &&
        sorting("rate-1e-2").config.training.clipNorm === 50 &&
        tested(sort) === 45 &&
        rounds(copy.tests[0]!.cost, 6.5, 1) &&
        ngrams.config.training.learningRate === 0.003 &&
        ngrams.sequencesToConverge === 162_000
      );
    })(),
  },
  {
    text: "NTM wide with four heads, so clipped, at a rate that falls from 0.003, makes 104 bits on priority sort",
    holds: (() => {
      const record = sorting("feedforward-4-heads-cosine-3e-3-clip-running");
      return record.name === "ntm-wide" && tested(record) === 104 && record.config.training.clipRunning === 2;
    })(),
  },
  {
    text: "One of NTM wide on priority sort, with 800,000 sequences, leapt away and was ended",
    holds: sorts.every(({ name, config }) => name !== "ntm-wide" || config.training.sequences === 300_000), // no record of it was kept
  },
];
