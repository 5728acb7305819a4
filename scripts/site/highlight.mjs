// Colours for TypeScript, enough to read it by.
import { escapeHtml } from "../../lib/dist/src/display/table-text.js";

const KEYWORDS = [
  ...[
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "export",
  ],
  ...[
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
  ],
  ...[
    "of",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "void",
    "while",
    "yield",
  ],
];
const TOKENS = new RegExp(
  [
    /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#[^\n]*)/,
    /(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)/,
    /(?<number>\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b)/,
    new RegExp(`(?<keyword>\\b(?:${KEYWORDS.join("|")})\\b)`),
  ]
    .map(({ source }) => source)
    .join("|"),
  "gm",
);

export { escapeHtml };

/** Code as HTML, its comments, strings, numbers and keywords in spans of these classes. */
export function highlighted(code) {
  let html = "";
  let at = 0;
  for (const match of code.matchAll(TOKENS)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    html += `${escapeHtml(code.slice(at, match.index))}<span class="${kind}">${escapeHtml(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(at));
}
