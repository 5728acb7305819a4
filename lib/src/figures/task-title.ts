/** The readable name of a task by a protocol of its study: "range-jump-recall" is "jump recall". */
export function taskTitle(protocol: string): string {
  const name = protocol.replace(/^(range|focus|ntm-paper|long)-/, "");
  const digits = /^mnist1d-(\d+)$/.exec(name);
  if (digits) return `MNIST-1D, ${digits[1]} points`;
  return name === "ngrams" ? "n-grams" : name.replaceAll("-", " ");
}
