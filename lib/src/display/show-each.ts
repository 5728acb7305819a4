import { type Spec, saveFigure } from "../figures/index.js";
import type { RunRecord } from "../study/index.js";
import { project } from "../support/folders.js";
import { UserError } from "../support/user-error.js";
import { show, showMarkdown } from "./show.js";

/** Records that belong together, with a short name for files and one to read. */
export interface RecordGroup {
  protocol: string;
  title: string;
  records: readonly RunRecord[];
}

/**
 * Draws one figure of each group of records, saves it as `<name>_<protocol>` and shows it below the cell. A line says which groups have no
 * records, and of which a figure can't be drawn.
 *
 * @param name of the figure's files
 * @param draw makes the figure; what it throws as a UserError is the line
 * @throws what `draw` throws, unless it is a UserError
 */
export async function showEach<T extends RecordGroup>(
  groups: readonly T[],
  name: string,
  draw: (group: T) => Spec,
): Promise<void> {
  for (const group of groups.filter(({ records }) => records.length > 0)) {
    try {
      const spec = draw(group);
      await saveFigure(project().figures, `${name}_${group.protocol}`, spec);
      await show(spec);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      showMarkdown(`No figure of *${group.title}* (${group.protocol}): ${error.message}.`);
    }
  }
  const absent = groups.filter(({ records }) => records.length === 0).map(({ protocol }) => protocol);
  if (absent.length > 0) showMarkdown(`Without a run yet: ${absent.join(", ")}. \`make study STUDY=sound\` makes them.`);
}
