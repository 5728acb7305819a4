// What a cell's mistakes read like: a type error in one or two lines, a missing library in one that says what to do, a
// stop in one.
const { existsSync } = require("node:fs");
const { dirname, join, resolve } = require("node:path");
const { inspect } = require("node:util");

const CHECKOUT = resolve(__dirname, "../../..");
const MOST = 5; // errors of a cell that are shown: the first ones tell, those behind them most often follow from them
const LONGEST = 200; // characters of a line

const CANNOT_FIND_MODULE = 2307;
/** What TypeScript says of a key that is none; what is in front says nothing more. */
const UNKNOWN_KEY = /^Object literal may only specify known properties, (?:and|but) /;

const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text);

/**
 * TypeScript explains an error by a chain of reasons, from what was asked for down to what is wrong; tslab lists them
 * all. The first and the last are enough, and of a key that isn't known the last.
 *
 * @param diagnostics tslab's, those of one chain one after the other and with the same place
 */
function shortened(diagnostics) {
  const absent = diagnostics.find(
    ({ code, messageText }) => code === CANNOT_FIND_MODULE && /'dms-ntm'/.test(messageText),
  );
  if (absent) return [{ ...absent, messageText: installHint(process.cwd()) }];
  const chains = [];
  for (const diagnostic of diagnostics) {
    const last = chains.at(-1)?.[0];
    const same = last?.start.offset === diagnostic.start.offset && last.end.offset === diagnostic.end.offset;
    if (same && last.fileName === diagnostic.fileName) chains.at(-1).push(diagnostic);
    else chains.push([diagnostic]);
  }
  const shown = chains.slice(0, MOST).map(([first, ...reasons]) => {
    const texts = [first, ...reasons.slice(-1)].map(({ messageText }) => messageText);
    const last = texts.at(-1);
    const told = UNKNOWN_KEY.test(last) ? [last.replace(UNKNOWN_KEY, "")] : texts;
    return { ...first, messageText: told.map(short).join("\n      ") };
  });
  const more = chains.length - shown.length;
  if (more > 0) shown.at(-1).messageText += `\nand ${more} more ${more === 1 ? "error" : "errors"}`;
  return shown;
}

/** The folder that is to get dms-ntm: that of the package to which a notebook belongs, else the notebook's own. */
function packageFolder(folder) {
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, "package.json"))) return at;
  return folder;
}

function installHint(folder) {
  const into = packageFolder(folder);
  if (into === CHECKOUT)
    return "the library \"dms-ntm\" isn't built: run `make setup` in the project's folder, then restart the kernel";
  return `"dms-ntm" isn't installed here: run \`make -C "${CHECKOUT}" project INTO="${into}"\`, then restart the kernel`;
}

const STOPPED = "stopped";
const STOPS = ["Interrupted asynchronously", "Script execution was interrupted by `SIGINT`"];

/** Whether an error only says that somebody stopped the cell. */
function isStop(error) {
  return error instanceof Error && (STOPS.includes(error.message) || error.name === "AbortError");
}

/**
 * An error as it is shown: after a stop one line, else Node's own text without the calls inside tslab that every cell
 * goes through.
 */
function errorText(error) {
  if (isStop(error)) return STOPPED;
  // the line that Node puts before it is of the cell as it was compiled
  const lines = inspect(error)
    .replace(/^\S+:\d+\n[\s\S]*?\n\s*\^+\n+(?=\S)/, "")
    .split("\n");
  return lines
    .filter(
      (line) =>
        !/^\s+at .*(?:[\\/]tslab[\\/]dist[\\/]|[\\/]jupyter[\\/]kernel[\\/]|\(node:vm:|node:internal[\\/]process[\\/]task_queues)/.test(
          line,
        ),
    )
    .join("\n");
}

module.exports = { errorText, isStop, shortened };
