import { join } from "node:path";
import type { DataFrame } from "nodejs-polars";
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

/**
 * Writes a table to data/results as `name.csv`, and shows it.
 *
 * @param show shows it, or what fits a line of it
 * @throws UserError when it can't be written
 */
export function writeTable(report: Report, name: string, table: DataFrame, show: () => void): WrittenTable {
  const file = join(project().data, "results", `${name}.csv`);
  writeAtomically(file, table.writeCSV().toString());
  show();
  report.line(`all columns are in ${shown(file)}`);
  return { name, file, rows: table.toRecords() };
}
