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

/**
 * Characters as wide as two: those of East Asia by their place (Unicode's property East_Asian_Width, which JavaScript
 * doesn't know; marks that several scripts share, as the ー of データ, are of none of them), and pictures. A flag is two
 * characters, each as wide as one.
 */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?!\p{Regional_Indicator})\p{Emoji_Presentation}/u;
/** Characters that are drawn over the one before, or not at all; vowels and ends of Korean syllables in parts. */
const NARROW = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]/u;

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
