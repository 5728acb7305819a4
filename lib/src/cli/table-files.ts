import { join } from "node:path";
import type { DataFrame } from "nodejs-polars";
import { writeAtomically } from "../atomic-file.js";
import type { ColumnFormat } from "../notebook/index.js";
import { project } from "../project.js";
import { shown } from "./options.js";
import type { Report } from "./report.js";

/** A table as a command tells of it in JSON. */
export interface WrittenTable {
  name: string;
  file: string;
  rows: object[];
}

/** Writes a table to data/results as `name.csv`, and shows it. @throws UserError when it can't be written */
export function writeTable(
  report: Report,
  name: string,
  table: DataFrame,
  columns: Record<string, ColumnFormat>,
): WrittenTable {
  const file = join(project().data, "results", `${name}.csv`);
  writeAtomically(file, table.writeCSV().toString());
  report.table(table, { columns, rows: table.height });
  report.line(shown(file));
  return { name, file, rows: table.toRecords() };
}
