import type { Spec } from "../figures/index.js";
import {
  type Comparison,
  compare,
  compareModels,
  findRecords,
  type RunRecord,
  type Study,
  turned,
} from "../study/index.js";
import { UserError } from "../support/user-error.js";
import { showFigure, showMarkdown } from "./show.js";

/** The evaluation runs of a part of a study. */
export interface RecordGroup {
  /** short name, for files: "published", "sound-20" */
  protocol: string;
  /** to be read: "as published", "sound, 20 steps" */
  title: string;
  /** empty when no run has been made yet */
  records: readonly RunRecord[];
  /** what its study asks on it; of a study that only describes, each model against those before it */
  comparisons: readonly Comparison[];
}

/**
 * The parts of studies with their runs, those of this machine where it has them; parts without a run too.
 * @throws as `findRecords` and `compare`
 */
export function recordGroups(...studies: readonly Study<RunRecord>[]): RecordGroup[] {
  return studies.flatMap((study) => {
    const found = findRecords(study);
    const runs = found.flatMap(({ evaluation }) => evaluation);
    const asking = study.families.filter(({ pairs }) => pairs !== "all");
    const compared =
      asking.length > 0
        ? compare({ ...study, families: asking }, runs)
        : found.flatMap(({ evaluation }) => compareModels(evaluation).map(turned));
    return found.map(({ part: { name, title = name }, evaluation }) => ({
      protocol: name,
      title,
      records: evaluation,
      comparisons: compared.filter(({ part }) => part === name),
    }));
  });
}

/**
 * Draws one figure of each group of records, saves it as `<name>_<protocol>` and shows it below the cell. A line says
 * which groups have no records, and of which a figure can't be drawn.
 *
 * @param name of the figure's files
 * @param draw makes the figure; what it throws as a UserError is the line
 * @throws what `draw` throws, unless it is a UserError
 */
export async function showEach<T extends Omit<RecordGroup, "comparisons">>(
  groups: readonly T[],
  name: string,
  draw: (group: T) => Spec,
): Promise<void> {
  for (const group of groups.filter(({ records }) => records.length > 0)) {
    try {
      await showFigure(`${name}_${group.protocol}`, draw(group));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      showMarkdown(`No figure of *${group.title}* (${group.protocol}): ${error.message}.`);
    }
  }
  const absent = groups.filter(({ records }) => records.length === 0).map(({ protocol }) => protocol);
  const made = absent.map((part) => `${part} (\`make study STUDY=${part}\`)`);
  if (absent.length > 0) showMarkdown(`Without a run yet: ${made.join(", ")}.`);
}
