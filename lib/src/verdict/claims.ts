/**
 * The pairs that the question is about, among the models that there are: each DMS-NTM against the NTM that differs from it in the shift
 * alone, and against the GRU; each NTM against the GRU; the GRU against the MLP.
 *
 * @param names short names, a model's variant after its first dash: "dms-learned"
 */
export function claims(names: readonly string[]): { shift: [string, string][]; memory: [string, string][] } {
  const family = (first: string) => names.filter((name) => name.split("-")[0] === first);
  const [continuous, discrete] = [family("dms"), family("ntm")];
  const has = (name: string) => names.includes(name);
  const shift = continuous.flatMap((name): [string, string][] => {
    const other = counterpart(name, discrete);
    return other === undefined ? [] : [[name, other]];
  });
  const memory = has("gru") ? [...continuous, ...discrete].map((name): [string, string] => [name, "gru"]) : [];
  return { shift, memory: has("gru") && has("mlp") ? [...memory, ["gru", "mlp"]] : memory };
}

/** Of the candidates whose variant is part of this one's, the nearest: "ntm-learned" for "dms-periodic-learned", else "ntm". */
function counterpart(name: string, candidates: readonly string[]): string | undefined {
  const variant = (of: string) => of.split("-").slice(1);
  const own = variant(name);
  const fitting = candidates.filter((candidate) => variant(candidate).every((part) => own.includes(part)));
  return fitting.sort((a, b) => variant(b).length - variant(a).length)[0];
}
