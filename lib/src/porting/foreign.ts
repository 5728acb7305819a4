/** How files of other formats start. */
const FORMATS: readonly [start: string, kind: string][] = [
  ["504b0304", "a zip archive, as torch.save writes"],
  ["8002", "a pickle, as older versions of torch.save wrote"],
  ["8003", "a pickle"],
  ["8004", "a pickle"],
  ["8005", "a pickle"],
  ["894844460d0a1a0a", "an HDF5 file, as Keras writes"],
  ["934e554d5059", "an array of NumPy"],
  ["47475546", "a GGUF file"],
];

/**
 * What to do with weights of another format, by the first bytes of their file. A PyTorch file is a pickle, which may
 * run any code when it is opened, so none is opened here.
 *
 * @param what how the file is called
 * @returns one line; undefined for what isn't known
 */
export function foreign(bytes: Uint8Array, what: string): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  const kind = FORMATS.find(([known]) => start.startsWith(known))?.[1];
  if (!kind) return undefined;
  const convert = /zip|pickle/.test(kind)
    ? `convert it in Python: import torch; from safetensors.torch import save_file; save_file(torch.load("${what}", weights_only=True), "weights.safetensors")`
    : "save its tensors by the Python package safetensors";
  return `${what} is not a safetensors file but ${kind}; ${convert}`;
}
