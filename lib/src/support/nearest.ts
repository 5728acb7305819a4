/** Letters in which a misspelt word may differ from the one that was meant. */
const MISSPELT = 2;

/** `"; did you mean ...?"` with the word that is most like another, nothing when none is much like it. */
export function didYouMean(word: string, words: readonly string[]): string {
  const found = words
    .map((meant) => ({ meant, letters: distance(word, meant) }))
    .sort((a, b) => a.letters - b.letters)[0];
  return found && found.letters <= Math.min(MISSPELT, word.length - 1) ? `; did you mean ${found.meant}?` : "";
}

/** Letters that have to be put in, taken out or replaced to make one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}
