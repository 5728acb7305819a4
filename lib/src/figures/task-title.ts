import { taskNames } from "../tasks/index.js";

const isTask = (name: string) => (taskNames as readonly string[]).includes(name) || /^mnist1d-\d+$/.test(name);

/** The readable name of a task by the part of a study that is about it: "range-jump-recall" is "jump recall". */
export function taskTitle(part: string): string {
  const words = part.split("-");
  const rest = words.map((_, i) => words.slice(i).join("-")).find(isTask);
  const name = rest ?? part.replace(/^ntm-paper-/, "");
  const digits = /^mnist1d-(\d+)$/.exec(name);
  if (digits) return `MNIST-1D, ${digits[1]} points`;
  return name === "ngrams" ? "n-grams" : name.replaceAll("-", " ");
}
