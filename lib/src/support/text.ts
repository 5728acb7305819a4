/**
 * Text as it can be shown on one line and stand in XML: control characters as their pictures (a line break as ␊), what
 * no text can hold as �, and so what would turn the rest of a line, such as a right-to-left override.
 */
export function shownText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\0-\x1f\x7f-\x9f\p{Surrogate}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "␡" : "�";
  });
}

/** Characters as wide as two: scripts of East Asia, and pictures. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** Characters that are drawn over the one before, or not at all. */
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Whether a character is as wide as two Latin ones. */
export function isWide(character: string): boolean {
  return WIDE.test(character);
}

/** Whether a character takes no room of its own. */
export function isZeroWidth(character: string): boolean {
  return NARROW.test(character);
}

/** Columns that a text takes in a terminal: of a family of emojis joined to one, those of the first. */
export function columnsOf(text: string): number {
  let columns = 0;
  let joined = false;
  for (const character of text) {
    if (!joined && !isZeroWidth(character)) columns += isWide(character) ? 2 : 1;
    joined = character === "\u200d";
  }
  return columns;
}

/** Words in lines of at most so many characters. */
export function filled(words: readonly string[], most: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(`${last} ${word}`) <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
