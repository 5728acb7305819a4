/**
 * An object of JSON as it stands in a text: with every entry, also of names that come twice or that JavaScript's
 * objects have.
 */
export class Entries {
  constructor(readonly entries: [name: string, value: Json][]) {}
}

/** A value of JSON; whole numbers of up to 64 bits that are written as such are bigints, all others numbers. */
export type Json = null | boolean | string | number | bigint | Json[] | Entries;

const WORD_LIMIT = 2n ** 64n;
/** How deep values may lie in each other, as in the reference implementation's parser. */
const DEEPEST = 127;
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

/**
 * Parses JSON as strictly as the reference implementation of safetensors does: 1.0 is no whole number, a half of a
 * surrogate pair no text.
 *
 * @throws SyntaxError
 */
export function parseHeader(text: string): Json {
  // what isn't JSON at all is told by JavaScript's own parser, so that the tokens below can be trusted
  JSON.parse(text);
  const tokens = text.match(TOKEN)!;
  let at = 0;
  const string = (token: string): string => {
    const value: string = JSON.parse(token);
    if (/\p{Surrogate}/u.test(value)) throw new SyntaxError(`${token} holds a half of a surrogate pair`);
    return value;
  };
  const items = <T>(end: string, item: () => T): T[] => {
    const found: T[] = [];
    while (tokens[at] !== end) {
      if (tokens[at] === ",") at++;
      found.push(item());
    }
    at++;
    return found;
  };
  const value = (depth: number): Json => {
    const token = tokens[at++]!;
    if ((token === "{" || token === "[") && depth === DEEPEST)
      throw new SyntaxError(`it is nested deeper than ${DEEPEST} levels`);
    if (token === "[") return items("]", () => value(depth + 1));
    if (token === "{")
      return new Entries(
        items("}", () => {
          const name = string(tokens[at]!);
          at += 2;
          return [name, value(depth + 1)];
        }),
      );
    if (token.startsWith('"')) return string(token);
    if (!/^[-\d]/.test(token)) return JSON.parse(token);
    if (/^\d+$/.test(token) && BigInt(token) < WORD_LIMIT) return BigInt(token);
    if (!Number.isFinite(Number(token))) throw new SyntaxError(`${token} is too large`);
    return Number(token);
  };
  return value(0);
}
