import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Mnist1dOptions, makeMnist1d } from "../../src/dataset/index.js";
import { distance, fixture, projectRoot, sources } from "./support.js";

const python = join(projectRoot, ".venv", "bin", "python");

function whyNot(): string | false {
  if (!existsSync(python)) return "no .venv in the project: run `make setup` to compare with the real package";
  const found = spawnSync(python, [
    "-c",
    "import importlib.util, sys; sys.exit(importlib.util.find_spec('mnist1d') is None)",
  ]);
  return found.status === 0 ? false : "the package mnist1d is not in .venv: run `make setup` to compare with it";
}

test("every value agrees with the PyPI package, run here and now", { skip: whyNot() }, (t) => {
  const names = ["canonical", "published", "short", "long"];
  const configs: Mnist1dOptions[] = names.map((name) => fixture<{ config: Mnist1dOptions }>(`mnist1d-${name}`).config);
  configs.push({ samples: 2000, seed: 123_456_789 });

  const oracle = spawnSync(python, [join(sources, "oracle.py"), "data"], {
    input: JSON.stringify(configs),
    maxBuffer: 2 ** 28,
  });
  assert.equal(oracle.status, 0, oracle.stderr.toString());
  // A copy of its own: a view of doubles must start at a multiple of 8.
  const bytes = Uint8Array.from(oracle.stdout).buffer;

  let offset = 0;
  for (const config of configs) {
    const { train, test: held, length } = makeMnist1d(config);
    const rows = train.rows + held.rows;
    const x = new Float64Array(bytes.slice(offset, offset + 8 * rows * length));
    offset += 8 * rows * length;
    const y = new Int32Array(bytes.slice(offset, offset + 4 * rows));
    offset += 4 * rows;
    assert.deepEqual(Int32Array.of(...train.y, ...held.y), y);
    const largest = Math.max(
      distance(train.x, x.subarray(0, train.rows * length)),
      distance(held.x, x.subarray(train.rows * length)),
    );
    t.diagnostic(`${JSON.stringify(config)}: ${rows * length} values, largest difference ${largest.toExponential(1)}`);
    assert.ok(largest <= 1e-12, `${JSON.stringify(config)} is off by ${largest}`);
  }
  assert.equal(offset, bytes.byteLength);
});
