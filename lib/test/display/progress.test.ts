import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lineSink, type ProgressSink, progressOn } from "../../src/display/progress.js";
import {
  duration,
  type ProgressView,
  progressBar,
  progressHtml,
  progressLine,
} from "../../src/display/progress-view.js";

/** A progress display on a clock that the test moves, and all that it drew. */
function watched(everyMs: number, options = {}) {
  const views: ProgressView[] = [];
  const time = { now: 1000 };
  const sink: ProgressSink = { everyMs, draw: (view) => views.push(view) };
  return { views, time, bar: progressOn(sink, "Training", options, () => time.now) };
}

describe("progress", () => {
  test("shows share, numbers, pace and time left", () => {
    const { views, time, bar } = watched(0, { total: 200 });
    time.now += 2000;
    bar.update({ done: 50, metrics: { loss: 0.43216, accuracy: "81.2 %" } });
    assert.deepEqual(views, [
      {
        title: "Training",
        state: "running",
        fraction: 0.25,
        notes: ["50 / 200 steps", "loss 0.4322", "accuracy 81.2 %", "25 steps/s", "6.0 s left"],
      },
    ]);
  });

  test("more done than was to do leaves no time", () => {
    const { views, time, bar } = watched(0, { total: 10 });
    time.now += 2000;
    bar.update({ done: 12 });
    assert.deepEqual(views[0]!.notes, ["12 / 10 steps", "6 steps/s", "0.0 s left"]);
  });

  test("a curve of each number, thinned when it gets long; what takes time is told apart at the end", () => {
    const ends: (ProgressView | undefined)[] = [];
    const time = { now: 0 };
    const sink: ProgressSink = { everyMs: 1e9, draw: (view, timeless) => ends.push(view, timeless) };
    const bar = progressOn(sink, "T", { total: 1000 }, () => time.now);
    for (let done = 1; done <= 1000; done++) {
      time.now += 10;
      bar.update({
        done,
        metrics: { loss: 1 / done, rate: Number.NaN, text: "0.5", ...(done > 900 ? { accuracy: 0.5 } : {}) },
      });
    }
    bar.finish();
    const [, none, end, timeless] = ends;
    assert.equal(none, undefined);
    assert.deepEqual(timeless!.notes, [
      "1000 / 1000 steps",
      "loss 0.001000",
      "rate NaN",
      "text 0.5",
      "accuracy 0.5000",
    ]);
    assert.deepEqual(end!.notes, [...timeless!.notes, "100 steps/s", "10 s"]);
    const [loss, accuracy, ...others] = end!.curves!;
    assert.deepEqual(others, []);
    assert.equal(loss!.name, "loss");
    assert.ok(loss!.points.length > 50 && loss!.points.length < 200, `${loss!.points.length} points`);
    for (const [done, value] of loss!.points) assert.equal(value, 1 / done);
    const html = progressHtml(end!);
    const picture = html.match(/<img [^>]*alt="loss, 0\.00\d+ to 1" src="data:image\/svg\+xml;base64,([^"]+)"/);
    const svg = Buffer.from(picture![1]!, "base64").toString();
    assert.match(svg, /<polyline points="2\.0,2\.0 [\d., ]+ 198\.0,46\.0"/);
    assert.equal(accuracy!.points.length, 100);
    assert.doesNotMatch(html.slice(html.indexOf("<figure")), /NaN|undefined/);
  });

  test("draws no more often than the sink allows, and the end always, with the last numbers", () => {
    const { views, time, bar } = watched(100);
    for (let done = 1; done <= 100; done++) {
      time.now += 10;
      bar.update({ done });
    }
    assert.equal(views.length, 10);
    bar.finish();
    bar.finish();
    bar.update({ done: 7 });
    assert.equal(views.length, 11);
    assert.deepEqual(views.at(-1), {
      title: "Training",
      state: "done",
      fraction: null,
      notes: ["100 steps", "100 steps/s", "1.0 s"],
    });
  });

  test("says that it compiles, drawn at once; neither pace nor time left count it", () => {
    const { views, time, bar } = watched(0, { total: 100 });
    bar.update({ done: 0 });
    bar.compiling.begins(4.7);
    assert.deepEqual(views.at(-1)!.notes, ["compiling, about 5 s", "0 / 100 steps"]);
    time.now += 6000;
    bar.compiling.ends();
    time.now += 1000;
    bar.update({ done: 10 });
    assert.deepEqual(views.at(-1)!.notes, ["10 / 100 steps", "10 steps/s", "9.0 s left"]);
    bar.finish();
    assert.deepEqual(views.at(-1)!.notes, ["10 / 100 steps", "10 steps/s", "7.0 s"]);
  });

  test("the pace is that of the last ten seconds", () => {
    const { views, time, bar } = watched(0, { total: 1000 });
    for (let i = 1; i <= 20; i++) {
      time.now += 1000;
      bar.update({ done: i <= 5 ? i * 100 : 500 + (i - 5) * 2 });
    }
    assert.ok(views.at(-1)!.notes.includes("2 steps/s"), views.at(-1)!.notes.join());
  });

  test("what took no time is no part of the pace, nor is the start of a new phase", () => {
    const { views, time, bar } = watched(0, { total: 1000 });
    time.now += 1000;
    bar.update({ done: 510, untimed: 500 });
    assert.deepEqual(views.at(-1)!.notes, ["510 / 1000 steps", "10 steps/s", "49 s left"]);
    time.now += 1000;
    bar.update({ done: 520 });
    assert.deepEqual(views.at(-1)!.notes, ["520 / 1000 steps", "10 steps/s", "48 s left"]);
    time.now += 1000;
    bar.update({ done: 4, untimed: 0, total: 100 });
    assert.deepEqual(views.at(-1)!.notes, ["4 / 100 steps", "8 steps/s", "12 s left"]);
    bar.finish();
    assert.deepEqual(views.at(-1)!.notes, ["4 / 100 steps", "8 steps/s", "3.0 s"]);
  });

  test("a failure says why", () => {
    const { views, bar } = watched(0, { total: 10, unit: "epochs" });
    bar.update({ done: 3, text: "epoch 4 of 10" });
    bar.fail("interrupted");
    assert.equal(progressLine(views[0]!), "Training, 30 %, epoch 4 of 10, 3 / 10 epochs");
    assert.equal(progressLine(views[1]!), "✗ Training, interrupted, 3 / 10 epochs, 0.0 s");
  });

  test("without a notebook or terminal it prints single plain lines, few of them", () => {
    const lines: string[] = [];
    const time = { now: 0 };
    const bar = progressOn(
      lineSink((line) => lines.push(line)),
      "Training",
      { total: 600 },
      () => time.now,
    );
    for (let done = 1; done <= 600; done++) {
      time.now += 100;
      bar.update({ done });
    }
    bar.finish("best of 5");
    assert.equal(lines.length, 7);
    assert.equal(lines.at(-1), "✓ Training, best of 5, 600 / 600 steps, 10 steps/s, 1 min 00 s");
    for (const control of ["\n", "\r", "\u001b"]) assert.ok(!lines.join("").includes(control));
  });

  test("HTML is escaped; the terminal's bar fits its width", () => {
    const view: ProgressView = { title: "a<b", state: "running", fraction: 0.5, notes: ["x & y"] };
    assert.match(progressHtml(view), /<b>a&lt;b<\/b> · x &amp; y/);
    assert.match(progressHtml(view), /width: 50%/);
    assert.equal(progressBar(view, 80), "██████████░░░░░░░░░░ a<b, 50 %, x & y");
    assert.equal(progressBar(view, 24).length, 23);
  });

  test("durations", () => {
    assert.deepEqual([0.04, 9.94, 12.6, 75, 3599.6, 7500].map(duration), [
      "0.0 s",
      "9.9 s",
      "13 s",
      "1 min 15 s",
      "1 h 00 min",
      "2 h 05 min",
    ]);
  });
});
