// A notebook as the inside of a page: its texts, its code folded to what a reader wants to see first, its results.
import { escapeHtml, highlighted } from "./highlight.mjs";

const VEGA_LITE = "application/vnd.vegalite.v5+json";
const joined = (text) => [text ?? ""].flat().join("");

/** JSON that may stand in a script element. */
const json = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");

/** HTML of one result: the best that a page can show of it. */
function output({ output_type, data, metadata, text, name }, render, id) {
  if (output_type === "stream")
    return `<pre class="${name === "stderr" ? "stream error" : "stream"}">${escapeHtml(joined(text))}</pre>`;
  if (data?.[VEGA_LITE]) {
    // the picture stays where no script runs; a script puts the chart in its place when it comes into view
    const alt = escapeHtml(metadata?.["image/png"]?.alt ?? "");
    const picture = `<img class="still" alt="${alt}" src="data:image/png;base64,${joined(data["image/png"]).trim()}">`;
    const spec = `<script type="application/json">${json(data[VEGA_LITE])}</script>`;
    return `<figure class="chart" id="${id}">${picture}${spec}</figure>`;
  }
  if (data?.["text/html"]) return `<div class="wide">${joined(data["text/html"])}</div>`;
  if (data?.["text/markdown"]) return render(joined(data["text/markdown"]));
  return `<pre class="stream">${escapeHtml(joined(data?.["text/plain"]))}</pre>`;
}

/** @returns title and HTML of a notebook's cells */
export function notebookPage(book, render) {
  let charts = 0;
  const cells = book.cells.map(({ cell_type, source, outputs = [] }) => {
    const text = joined(source);
    if (cell_type === "markdown") return render(text);
    if (cell_type !== "code" || text.trim() === "") return "";
    const results = outputs
      .map((each) => output(each, render, `chart-${each.data?.[VEGA_LITE] ? ++charts : 0}`))
      .join("\n");
    return `<pre class="code"><code>${highlighted(text)}</code></pre>\n<div class="results">${results}</div>`;
  });
  const title =
    /^# (.+)$/m.exec(joined(book.cells.find(({ cell_type }) => cell_type === "markdown")?.source))?.[1] ?? "Notebook";
  return { title, html: cells.join("\n"), charts };
}
