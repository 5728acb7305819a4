// Markdown as notebooks and the guide use it: GitHub's tables, links between pages, formulas as MathML, which browsers
// draw by themselves.
import katex from "katex";
import MarkdownIt from "markdown-it";
import { counting } from "../docs/marks.mjs";
import { highlighted } from "./highlight.mjs";

const math = (source, displayMode) =>
  katex.renderToString(source, { displayMode, output: "mathml", throwOnError: true });

/** Puts formulas, `$...$` and `$$...$$`, into a markdown-it parser. */
function withFormulas(parser) {
  parser.inline.ruler.before("escape", "formula", (state, silent) => {
    const rest = state.src.slice(state.pos);
    const found = /^\$\$([^$]+)\$\$/.exec(rest) ?? /^\$(?![\s\d])([^$\n]*[^\s$\\])\$(?!\d)/.exec(rest);
    if (!found) return false;
    if (!silent) {
      const token = state.push("formula", "", 0);
      token.content = math(found[1].trim(), found[0].startsWith("$$"));
    }
    state.pos += found[0].length;
    return true;
  });
  parser.renderer.rules.formula = (tokens, i) => tokens[i].content;
}

/**
 * @param link what a link's or picture's address becomes, (address) => address
 * @returns a function from Markdown to HTML
 */
export function markdown(link) {
  const parser = new MarkdownIt({ html: true, linkify: false, highlight: (code) => highlighted(code) });
  withFormulas(parser);
  parser.core.ruler.push("links", (state) => {
    const walk = (tokens) => {
      for (const token of tokens) {
        for (const name of ["href", "src"]) {
          const address = token.attrGet(name);
          if (address !== null) token.attrSet(name, link(decodeURI(address)));
        }
        if (token.children) walk(token.children);
      }
    };
    walk(state.tokens);
    const mark = counting();
    for (const [i, token] of state.tokens.entries()) {
      if (token.type === "heading_open") token.attrSet("id", mark(state.tokens[i + 1].content));
    }
  });
  // a wide table scrolls by itself, and not the page
  parser.renderer.rules.table_open = () => '<div class="wide"><table>';
  parser.renderer.rules.table_close = () => "</table></div>";
  return (text) => parser.render(text);
}
