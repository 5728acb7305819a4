/**
 * Sends an output to the cell that ran when the writer was taken; with a display id, `update` replaces what was sent
 * under it. The metadata are kept with the output.
 */
export type CellWriter = (
  bundle: Record<string, unknown>,
  display?: { id: string; update: boolean },
  metadata?: Record<string, unknown>,
) => void;

interface TslabOutput {
  lastWriteDisplayData?:
    | ((content: { data: object; metadata: object; transient: object }, update: boolean) => void)
    | null;
}

/**
 * The writer of the running tslab kernel, null outside one. tslab's own `display` sends a single MIME type an output; a
 * chart needs several, so that each front end takes the best one it knows. The kernel's module is looked up among the
 * loaded ones: outside a kernel nothing gets loaded, and a tslab installed elsewhere is found too.
 */
export function cellWriter(): CellWriter | null {
  const path = Object.keys(require.cache).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  const write =
    path === undefined ? null : (require.cache[path]?.exports as TslabOutput | undefined)?.lastWriteDisplayData;
  if (!write) return null;
  return (data, display, metadata = {}) =>
    write({ data, metadata, transient: display ? { display_id: display.id } : {} }, display?.update ?? false);
}
