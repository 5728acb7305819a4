// The browser: the one that the system has, never a download.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of the browser: `CHROMIUM` if that is set, else the first known name on PATH; null when there is none. */
export function findChromium() {
  if (process.env.CHROMIUM) return isExecutable(process.env.CHROMIUM) ? process.env.CHROMIUM : null;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null;
}

export const NO_CHROMIUM = process.env.CHROMIUM
  ? `CHROMIUM is ${process.env.CHROMIUM}, which can't be executed: set it to a Chromium, or unset it`
  : "no Chromium on PATH: install it (Debian: apt-get install chromium), or set CHROMIUM to its path";

export function launchChromium() {
  return chromium.launch({
    executablePath: findChromium(),
    // as root, in containers, Chromium's sandbox doesn't start
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
