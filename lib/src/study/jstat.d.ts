/** The part of jstat that is used; the package has no types. */
declare module "jstat" {
  export const jStat: { studentt: { inv(p: number, degreesOfFreedom: number): number } };
}
