import type { Command } from "commander";
import { mergeRecords, ownStore, packRecords } from "../study/index.js";
import { shown } from "./options.js";
import { type Report, reporting } from "./report.js";

/** Adds the commands that handle this machine's records as files. */
export function addRecords(program: Command): void {
  const records = program.command("records").description("this machine's records as files: merge, pack");
  reporting(
    records
      .command("merge")
      .description(
        "bring in the records of other machines, all of them or none; two that contradict each other are refused",
      )
      .argument("<folders...>", "their folders of runs, e.g. ../other/data/runs"),
    (report: Report, _, folders) => {
      const store = ownStore();
      const merged = mergeRecords(store, folders as unknown as string[]);
      report.line(`${merged.added} records added to ${shown(store.folder)}, ${merged.same} were there`);
      report.result({ folder: store.folder, ...merged });
    },
  );
  reporting(
    records
      .command("pack")
      .description(
        "pack records that are single files into one file per part: quicker to read, and kinder to a shared file system",
      ),
    (report: Report) => {
      const { folder } = ownStore();
      const { parts, written } = packRecords(folder);
      report.line(`${written} records packed into ${parts.length} files, in ${shown(folder)}`);
      report.result({ folder, parts, written });
    },
  );
}
