import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const NAME = "dms-ntm-project";

/** Folders, as absolute paths. */
export interface Project {
  /** the checkout, or the current folder when the library is used elsewhere */
  readonly root: string;
  /** data sets and what this machine's runs left */
  readonly data: string;
  readonly figures: string;
  /** the records that came with the repository: shown where this machine has none of its own */
  readonly reference: string;
}

/**
 * The project's folders. What is written goes below `DMS_NTM_OUT` if that is set (`make` sets it for the study smoke),
 * else into the checkout; reference records are always read from the checkout.
 */
export function project(): Project {
  const root = findRoot(process.cwd()) ?? findRoot(__dirname) ?? process.cwd();
  const out = process.env.DMS_NTM_OUT ? resolve(root, process.env.DMS_NTM_OUT) : root;
  return { root, data: join(out, "data"), figures: join(out, "figures"), reference: join(root, "data", "reference") };
}

function findRoot(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (nameIn(join(folder, "package.json")) === NAME) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * The name in a package.json; undefined where there is none, or none that can be read: somebody else's folder above may
 * have anything.
 */
function nameIn(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { name?: unknown } | null)?.name;
  } catch {
    return undefined;
  }
}
