import { existsSync, readFileSync } from "node:fs";
import { attemptResults } from "../studies/accuracy.js";
import { studies } from "../studies/index.js";
import {
  type AnyRecord,
  compare,
  completed,
  findRecords,
  type RunRecord,
  recordsOf,
  referenceStore,
  type Study,
} from "../study/index.js";
import { UserError } from "../support/user-error.js";
import {
  accuracyMarkdown,
  attemptMarkdown,
  byTime,
  comparisonMarkdown,
  costMarkdown,
  drawsMarkdown,
  focusMarkdown,
  lengthMarkdown,
  outcomeMarkdown,
  plannedMarkdown,
  resultMarkdown,
  strictMarkdown,
} from "./result-tables.js";

const BEGIN = (name: string) => `<!-- ${name}: generated from the records by \`make results-page\` -->`;
const END = (name: string) => `<!-- /${name} -->`;

/** The evaluation runs that docs/results.md rests on, by study. */
export type ResultsRecords = {
  [K in keyof typeof studies]: (typeof studies)[K] extends Study<infer R> ? readonly R[] : never;
};

/** All generated tables of docs/results.md, by name. */
export function resultsParts(records: ResultsRecords): Record<string, string> {
  const { published, draws, sound, clipped, accuracy, long, reach, rates, range, focus, "step-rates": steps } = records;
  const inQuestion = (study: Study<RunRecord>, runs: readonly RunRecord[]) =>
    comparisonMarkdown(
      study,
      compare(study, runs).filter(({ family }) => family !== "description"),
    );
  return {
    results: resultMarkdown(published),
    published: comparisonMarkdown(studies.published, compare(studies.published, published)),
    draws: drawsMarkdown(draws),
    sound: accuracyMarkdown(studies.sound, sound),
    comparisons: inQuestion(studies.sound, sound),
    clipped: accuracyMarkdown(studies.clipped, clipped),
    "clipped-comparisons": inQuestion(studies.clipped, clipped),
    attempts: attemptMarkdown(attemptResults(accuracy)),
    long: costMarkdown([...long, ...completed(studies.rates, rates), ...completed(studies["step-rates"], steps)]),
    "long-comparisons": plannedMarkdown(studies.long, long),
    "long-lengths": lengthMarkdown([
      ...completed(studies.long, long),
      ...completed(studies.rates, rates),
      ...completed(studies["step-rates"], steps),
      ...completed(studies["paper-size"], records["paper-size"]),
    ]),
    reach: plannedMarkdown(studies.reach, reach),
    rates: plannedMarkdown(studies.rates, rates),
    "step-rates": plannedMarkdown(studies["step-rates"], steps, byTime),
    carry: plannedMarkdown(studies.carry, records.carry),
    "learning-time": plannedMarkdown(studies["learning-time"], records["learning-time"], byTime),
    strict: strictMarkdown([
      ...completed(studies.long, long),
      ...reach,
      ...completed(studies.rates, rates),
      ...completed(studies["step-rates"], steps),
      ...completed(studies["learning-time"], records["learning-time"]),
      ...completed(studies.carry, records.carry),
      ...completed(studies["paper-size"], records["paper-size"]),
      ...completed(studies["focus-long"], records["focus-long"]),
    ]),
    "paper-size": costMarkdown(records["paper-size"]),
    "paper-size-comparisons": plannedMarkdown(studies["paper-size"], records["paper-size"]),
    range: costMarkdown(range),
    "range-outcomes": outcomeMarkdown(compare(studies.range, range)),
    focus: focusMarkdown(focus, completed(studies["focus-long"], records["focus-long"])),
  };
}

/** The repository's records. @throws UserError when one of the published study is missing */
export function referenceRecords(): ResultsRecords {
  const store = referenceStore();
  const [missing] = findRecords(studies.published, store).flatMap((found) => found.missing);
  if (missing)
    throw new UserError(`${store.where(missing)} lacks a run: restore it from git, or run \`make reference\``);
  return Object.fromEntries(
    Object.entries<Study>(studies).map(([name, study]) => [name, recordsOf<AnyRecord>(study, store)]),
  ) as unknown as ResultsRecords;
}

/**
 * Replaces the generated parts of the page of results, each between its two comment lines.
 *
 * @throws UserError when a part's comments are missing
 */
export function fillResults(text: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((page, [name, content]) => {
    const [begin, end] = [page.indexOf(BEGIN(name)), page.indexOf(END(name))];
    if (begin < 0 || end < begin)
      throw new UserError(`docs/results.md lacks the lines ${BEGIN(name)} and ${END(name)}: restore them from git`);
    return `${page.slice(0, begin + BEGIN(name).length)}\n\n${content}\n\n${page.slice(end)}`;
  }, text);
}

/** Reads, and says what is wrong, in one line, if it can't. */
export function readResults(path: string): string {
  if (!existsSync(path)) throw new UserError(`${path} is missing: restore it from git`);
  return readFileSync(path, "utf8");
}
