import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { interruptible } from "../../src/display/interrupt.js";

const interrupt = async () => {
  process.kill(process.pid, "SIGINT");
  await wait(20);
};

describe("interruptible", () => {
  let others = 0;
  const other = () => {
    others += 1;
  };
  beforeEach(() => {
    others = 0;
    process.on("SIGINT", other);
  });
  afterEach(() => process.off("SIGINT", other));
  const restored = () =>
    assert.deepEqual(process.listeners("SIGINT").filter((listener) => listener !== other).length, 0);

  test("the work is told, may end with what it has, and others hear nothing of it", async () => {
    const steps = await interruptible(async (signal) => {
      let done = 0;
      while (!signal.aborted && done < 1000) {
        if (++done === 3) await interrupt();
        await wait(1);
      }
      return done;
    });
    assert.equal(steps, 3);
    assert.equal(others, 0);
    restored();
    await interrupt();
    assert.equal(others, 1);
  });

  test("the reason of the signal is an AbortError; listeners are put back after a failure", async () => {
    const work = interruptible(async (signal) => {
      await interrupt();
      signal.throwIfAborted();
    });
    await assert.rejects(work, { name: "AbortError", message: "interrupted" });
    restored();
    assert.deepEqual(process.listeners("SIGINT").includes(other), true);
  });

  test("a second interrupt goes to the others", async () => {
    await interruptible(async () => {
      await interrupt();
      assert.equal(others, 0);
      await interrupt();
      assert.equal(others, 1);
    });
    restored();
  });

  test("two at once are both told, in whatever order they end", async () => {
    const told = async (ms: number) =>
      interruptible(async (signal) => {
        await wait(20);
        if (ms === 1) await interrupt();
        else await wait(ms);
        return signal.aborted;
      });
    assert.deepEqual(await Promise.all([told(1), told(80)]), [true, true]);
    restored();
    assert.equal(process.listeners("SIGINT").filter((listener) => listener === other).length, 1);
  });
});
