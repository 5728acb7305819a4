import { median } from "../../src/stats/index.js";
import { studies } from "../../src/studies/index.js";
import { compare, summarizeTasks } from "../../src/study/index.js";
import { type Claim, focus, two } from "./claim.js";

const variants = summarizeTasks(focus);
const compared = compare(studies.focus, focus).filter(({ place }) => place === 0);

const found = (part: string, model: string) =>
  variants.find((one) => one.part === `focus-${part}` && one.model === model)!;

/**
 * Where the width, or the size of the shift, of heads ends, in slots: median over runs that learned the task, and their
 * steps.
 */
function ends(part: string, head: "read" | "write", parameter: "sigma" | "delta"): number {
  const runs = focus.filter(
    ({ protocol, sequencesToConverge }) => protocol === `focus-${part}` && sequencesToConverge !== null,
  );
  const rows = runs.flatMap(({ heads }) => heads.filter((row) => row.head === head && row.parameter === parameter));
  return two(median(rows.filter(({ due }) => due === (head === "read")).map((row) => Math.abs(row.median[0]!))));
}

/** What is said of the start of a focus, and of jumps beside local shifts. */
export const focusClaims: Claim[] = [
  {
    text: "No start is better than the default by more than chance",
    holds: compared.every(
      ({ model, against, outcome }) => against !== "default" || model === "local" || outcome !== "wins",
    ),
  },
  {
    text: "A focus that starts as wide as the whole memory is worse on copy",
    holds: compared.some(
      ({ part, model, outcome }) => part === "focus-copy" && model === "whole" && outcome === "loses",
    ),
  },
  {
    text: "the width of write heads ends at 0.33 slots on jump recall and 0.27 on copy, that of read heads at 0.40 and 0.38",
    holds:
      `${["write", "read"].flatMap((head) => ["jump-recall", "copy"].map((part) => ends(part, head as "read", "sigma")))}` ===
      "0.33,0.27,0.4,0.38",
  },
  {
    text: "Jumps beside local shifts aren't better than jumps alone by more than chance either",
    holds: ["mixture", "read-jumps", "write-jumps"].every((model) =>
      compared.every((one) => one.model !== model || one.against !== "default" || one.outcome !== "wins"),
    ),
  },
  {
    text: "Three widths at once learn jump recall in 5 of 10 runs, the default in 1",
    holds:
      found("jump-recall", "scales").converged === 5 &&
      found("jump-recall", "default").converged === 1 &&
      found("jump-recall", "scales").seeds === 10,
  },
  {
    text: "a read head that jumps beside a write head that steps in 7",
    holds: found("jump-recall", "read-jumps").converged === 7,
  },
  {
    text: "a mixture in 5, a write head that jumps in none",
    holds: found("jump-recall", "mixture").converged === 5 && found("jump-recall", "write-jumps").converged === 0,
  },
];
