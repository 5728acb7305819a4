import { join } from "node:path";
import type { DataFrame } from "nodejs-polars";
import type { ColumnFormat } from "../display/index.js";
import { writeAtomically } from "../support/files.js";
import { project } from "../support/folders.js";
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
  report.line(`all columns are in ${shown(file)}`);
  return { name, file, rows: table.toRecords() };
}
