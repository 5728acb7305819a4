/**
 * A clock that jumps by up to ten years, back and forth, each time that somebody looks at it. FAULTS_CLOCK: a file that
 * says where.
 */
const decade = 10 * 365 * 86_400_000;
const now = Date.now;
let state = 1;
function jump() {
  state = (state * 48271) % 0x7fffffff;
  return Math.round((state / 0x7fffffff - 0.5) * 2 * decade);
}
Date.now = () => now() + jump();
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [now() + jump()] : given));
  }
};
const jumped = Math.max(...Array.from({ length: 10 }, () => Math.abs(Date.now() - Date.now()))) > decade / 10;
require("node:fs").appendFileSync(process.env.FAULTS_CLOCK, `${jumped ? "jumps" : "stays"} ${process.argv[1]}\n`);
