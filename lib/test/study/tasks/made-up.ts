import { studyNamed } from "../../../src/studies/index.js";
import { configOf, type TaskPart, type TaskRecord, tuningOf } from "../../../src/study/index.js";

/** A made-up record of a run of one of the studies on tasks, tested at its part's lengths. */
export function madeUpTask(
  protocol: string,
  name: string,
  seed: number,
  part: Partial<TaskRecord> & { costs?: number[] } = {},
): TaskRecord {
  const group = studyNamed(protocol).parts[0] as TaskPart;
  const { costs = [0.05, 3, 20], ...rest } = part;
  const config = configOf(group, name, tuningOf(group)?.rates[0] ?? (group.learningRate as number));
  const row = { low: [0.2], median: [0.3 + seed / 100], high: [0.5] };
  return {
    format: 1,
    name,
    protocol,
    seed,
    config,
    versions: { "dms-ntm": "0", node: "0", tfjs: "0", tensorflow: "0" },
    parameters: 8000,
    curve: [{ sequences: 1000, cost: 1 }],
    sequencesToConverge: costs[0]! < 0.1 ? 20_000 + 1000 * seed : null,
    tests: group.test.lengths.map((length, i) => ({
      length,
      sequences: 200,
      cost: costs[i]!,
      answers: 200 * group.test.lengths[i]! * 2,
      wrong: Math.min(0.5, costs[i]! / 100),
      perfect: costs[i]! < 0.1 ? 1 : 0,
      optimal: 0,
    })),
    heads: ["read", "write"].flatMap((head) =>
      ["sigma", "delta", "gate", "spread"].flatMap((parameter) =>
        [true, false].map((due) => ({ head, parameter, due, ...row })),
      ),
    ),
    ...rest,
  };
}

/** Ten runs of each model, by the costs that seed 0 has; later seeds cost a little more. */
export function madeUpTasks(protocol: string, costs: Record<string, number[]>, seeds = 10): TaskRecord[] {
  return Object.entries(costs).flatMap(([name, all]) =>
    Array.from({ length: seeds }, (_, seed) =>
      madeUpTask(protocol, name, seed, { costs: all.map((cost) => cost * (1 + seed / 100)) }),
    ),
  );
}
