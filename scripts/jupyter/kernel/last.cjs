// The value that a cell ends with. A library may show it in its own way (lib/src/display/last-value.ts); else it is
// printed, never more than fits a screen.
const { inspect, types } = require("node:util");
const { errorText } = require("./messages.cjs");

const LAST_VALUE = Symbol.for("dms-ntm.last-value");
const LINES = 30;

/** Text of a value: as deep as fits. */
function shortText(value) {
  const text = (depth) =>
    typeof value === "string" ? value : inspect(value, { depth, maxArrayLength: 12, breakLength: 100 });
  for (const depth of [2, 1]) {
    const whole = text(depth);
    if (whole.split("\n").length <= LINES) return whole;
  }
  const lines = text(0).split("\n");
  if (lines.length <= LINES) return lines.join("\n");
  return [...lines.slice(0, LINES), `... and ${lines.length - LINES} more lines: console.log shows them all`].join(
    "\n",
  );
}

/** Somebody forgot to write await: what went wrong at once is told all the same. */
async function showPromise(promise, print) {
  let failed = false;
  promise.catch((error) => {
    failed = true;
    console.error(errorText(error));
  });
  await new Promise(setImmediate);
  if (!failed) print("a Promise: write await before it to see what comes of it");
}

async function showLast(value, print) {
  if (types.isPromise(value)) return showPromise(value, print);
  try {
    if (await globalThis[LAST_VALUE]?.(value)) return;
  } catch (error) {
    // a chart that can't be drawn says why; a value that only looks like something is printed
    if (error?.name === "UserError") return console.error(errorText(error));
  }
  let text;
  try {
    text = shortText(value);
  } catch (error) {
    return console.error(`what the cell ends with can't be printed: ${errorText(error)}`);
  }
  print(text);
}

module.exports = { showLast, shortText };
