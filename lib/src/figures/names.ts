import { studies } from "../studies/index.js";
import { isTaskPart, type Study } from "../study/study.js";
import { taskNames } from "../tasks/index.js";
import { nominal } from "./channels.js";
import type { Spec } from "./spec.js";
import { FURTHER, SERIES } from "./theme.js";

/** Families of models in the order in which figures list them, each with its colour. */
const FAMILIES: Record<string, { title: string; color: string }> = {
  mlp: { title: "MLP", color: "#7a7a7a" },
  gru: { title: "GRU", color: SERIES[2]! },
  lstm: { title: "LSTM", color: "#cc79a7" },
  bigru: { title: "BiGRU", color: "#332288" },
  cnn: { title: "CNN", color: "#882255" },
  ntm: { title: "NTM", color: SERIES[0]! },
  dms: { title: "DMS-NTM", color: SERIES[1]! },
  mixture: { title: "mixture", color: "#e6b800" },
  scales: { title: "several scales", color: "#bbbbbb" },
  jumps: { title: "several jumps", color: "#8da0cb" },
  "lie-access": { title: "Lie-access", color: "#117733" },
  "lie-access-bounded": { title: "Lie-access, bounded", color: "#88ccaa" },
  "lie-access-heads": { title: "Lie-access, 8 heads", color: "#999933" },
  dnc: { title: "DNC", color: "#1f1f1f" },
};

/** Of models of one's own: those that are used up come again. */
const FREE = [...FURTHER, "#44aa99", "#661100", "#6699cc", "#999933", "#aa4466"];

/** Variants with a colour near that of their family. */
const VARIANTS: Record<string, string> = {
  "gru-large": "#00523c",
  "ntm-learned": "#56b4e9",
  "ntm-wide": "#332288",
  "dms-learned": "#e69f00",
  "dms-periodic": "#8c2d04",
};

/** The readable name of a model: "dms" is "DMS-NTM", "dms-periodic" is "DMS-NTM periodic", unknown names stay. */
export function modelTitle(name: string): string {
  const [first = "", ...rest] = name.split("-");
  const known = own(FAMILIES, first);
  return own(FAMILIES, name)?.title ?? (known ? [known.title, ...rest].join(" ") : name);
}

/**
 * The names in the order of figures: by family, mlp first, dms last, and within one as they came; then the rest as they
 * came.
 */
export function inOrder(names: Iterable<string>): string[] {
  const families = Object.keys(FAMILIES);
  const place = (name: string) => {
    const family = Math.max(families.indexOf(name), families.indexOf(name.split("-")[0]!));
    return family < 0 ? families.length : family;
  };
  return [...new Set(names)].sort((a, b) => place(a) - place(b));
}

/** What stands under a name; a model may be called constructor. */
export const own = <T>(table: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** One colour a name: always the same for known models, the next one that is free for others. */
export function modelColors(names: readonly string[]): string[] {
  const known = names.map((name) => own(VARIANTS, name) ?? own(FAMILIES, name)?.color);
  const unused = FREE.filter((color) => !known.includes(color));
  const free = unused.length > 0 ? unused : FREE;
  let next = 0;
  return known.map((color) => color ?? free[next++ % free.length]!);
}

/** The channel `color` of the field "model", which holds titles. @param legend none if not given */
export function modelColor(names: readonly string[], legend: Spec | null = null) {
  const scale = { domain: names.map(modelTitle), range: modelColors(names) };
  return nominal("model", { title: null, scale, legend });
}

const isTask = (name: string) => (taskNames as readonly string[]).includes(name) || /^mnist1d-\d+$/.test(name);

/** Titles of the parts that need one beside others of the same task. */
const TITLES = new Map(
  Object.values<Study>(studies).flatMap(({ parts }) =>
    parts.flatMap((part) => (isTaskPart(part) && part.title !== undefined ? [[part.name, part.title] as const] : [])),
  ),
);

/**
 * The readable name of a task by the part of a study that is about it: the part's title, if it has one, or else the
 * task: "range-jump-recall" is "jump recall".
 */
export function taskTitle(part: string): string {
  const title = TITLES.get(part);
  if (title !== undefined) return title;
  const words = part.split("-");
  const rest = words.map((_, i) => words.slice(i).join("-")).find(isTask);
  const name = rest ?? part.replace(/^ntm-paper-/, "");
  const digits = /^mnist1d-(\d+)$/.exec(name);
  if (digits) return `MNIST-1D, ${digits[1]} points`;
  return name === "ngrams" ? "n-grams" : name.replaceAll("-", " ");
}

/**
 * The same of several parts beside each other: those whose titles are alike, as of studies of one's own, keep their
 * names.
 *
 * @internal
 */
export function taskTitles(parts: Iterable<string>): (part: string) => string {
  const titles = [...new Set(parts)].map(taskTitle);
  return (part) => {
    const title = taskTitle(part);
    return titles.filter((other) => other === title).length > 1 ? part : title;
  };
}

const isWriting = (head: string) => head.startsWith("w");

/** Heads, each once, in the order of what happens at a step: those that write above those that read. */
export function headsInOrder(heads: Iterable<string>): string[] {
  return [...new Set(heads)].sort((a, b) => Number(isWriting(b)) - Number(isWriting(a)));
}
