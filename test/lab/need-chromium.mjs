// Exit status 1 and one line when there is no browser for the tests.
import { findChromium, NO_CHROMIUM } from "./chromium.mjs";

if (findChromium() === null) {
  console.error(`test-lab: ${NO_CHROMIUM}`);
  process.exit(1);
}
