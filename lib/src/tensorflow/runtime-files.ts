import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * A native library of tfjs-node that is shorter than its own header says, or undefined. Linux maps such a file without
 * a word, and kills the process (SIGBUS) where it looks behind the end. A header of 64 bytes is all that is read, so a
 * changed byte isn't found: that would take a checksum of 850 MB, seconds at each start, and is what `make repair`
 * does.
 *
 * @param tfjsNode the package's folder
 */
export function cutLibrary(tfjsNode: string): string | undefined {
  const addons = entries(join(tfjsNode, "lib")).filter((folder) => basename(folder).startsWith("napi-"));
  const folders = [join(tfjsNode, "deps/lib"), ...addons];
  return folders.flatMap(entries).find((file) => /\.(so(\.[\d.]+)?|node)$/.test(file) && cutOff(file));
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/**
 * Whether an ELF file of 64 bits ends before its section headers do, which linkers put last. Other files are none of
 * this check's.
 */
function cutOff(file: string): boolean {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const header = Buffer.alloc(64);
    if (readSync(descriptor, header, 0, 64, 0) < 64) return true;
    if (header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return false;
    return Number(header.readBigUInt64LE(0x28)) + header.readUInt16LE(0x3a) * header.readUInt16LE(0x3c) > size;
  } finally {
    closeSync(descriptor);
  }
}
