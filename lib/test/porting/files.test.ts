import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildModel } from "../../src/models/index.js";
import {
  encodeSafetensors,
  loadSafetensors,
  modelConfigOf,
  saveSafetensors,
  toStateDict,
} from "../../src/porting/index.js";
import { publishedModels } from "../../src/studies/index.js";
import { userMessage } from "../support.js";
import { fixturePath, sources, torchCase, torchConfigs } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "dms-ntm-porting-"));
after(() => rmSync(folder, { recursive: true }));

test("a file is enough to build the model again", () => {
  const model = buildModel(publishedModels.dms, 3);
  const path = join(folder, "dms.safetensors");
  saveSafetensors(path, model);
  const again = loadSafetensors(path);
  assert.deepEqual(modelConfigOf(again), publishedModels.dms);
  assert.deepEqual(toStateDict(again), toStateDict(model));
});

test("mistakes with files give one line", () => {
  assert.match(
    userMessage(() => loadSafetensors(join(folder, "none"))),
    /none can't be read: ENOENT/,
  );
  assert.match(
    userMessage(() => loadSafetensors(fixturePath("torch-gru"))),
    /says nothing of its model: give a model/,
  );
  const path = join(folder, "odd.safetensors");
  const text = (config: string) => writeFileSync(path, encodeSafetensors({}, { "dms-ntm.config": config }));
  text("{");
  assert.match(
    userMessage(() => loadSafetensors(path)),
    /dms-ntm\.config is not JSON/,
  );
  text('{"kind":"gru"}');
  assert.match(
    userMessage(() => loadSafetensors(path)),
    /odd\.safetensors: model config\.features is missing, expected number/,
  );
  text(JSON.stringify(publishedModels.gru));
  assert.match(
    userMessage(() => loadSafetensors(path)),
    /the state_dict lacks gru\.weight_ih_l0/,
  );
});

const python = join(sources, "../../../.venv-peers/bin/python");
const peers = existsSync(python) && spawnSync(python, ["-c", "import torch, safetensors"]).status === 0;
const skip = peers
  ? false
  : "PyTorch and safetensors are not in .venv-peers: run `make bench-peers` to compare with them";

test("PyTorch reads the files that are written here", { skip }, (t) => {
  for (const [kind, config] of Object.entries(torchConfigs(torchCase().sizes))) {
    const model = loadSafetensors(fixturePath(`torch-${kind}`), buildModel(config, 1));
    saveSafetensors(join(folder, `${kind}.safetensors`), model);
  }
  const said = spawnSync(python, [join(sources, "oracle.py"), "check", folder], { encoding: "utf8" });
  assert.equal(said.status, 0, said.stdout + said.stderr);
  t.diagnostic(said.stdout.trim().replaceAll("\n", "; "));
});
