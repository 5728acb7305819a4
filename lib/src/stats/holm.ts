/**
 * p values corrected for the number of tests (Holm 1979): with any below 0.05 taken as real, the chance of even one false claim among all
 * tests stays below 5 %.
 *
 * @returns in the order of `pValues`, none below its own
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const corrected = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((test, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[test]!));
    corrected[test] = largest;
  });
  return corrected;
}
