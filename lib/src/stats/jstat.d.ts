/** The part of jstat that is used; the package has no types. */
declare module "jstat" {
  export const jStat: {
    normal: { cdf(x: number, mean: number, sd: number): number; inv(p: number, mean: number, sd: number): number };
    studentt: { cdf(x: number, degreesOfFreedom: number): number; inv(p: number, degreesOfFreedom: number): number };
    noncentralt: { cdf(x: number, degreesOfFreedom: number, shift: number): number };
    binomial: { cdf(x: number, n: number, p: number): number };
    chisquare: { cdf(x: number, degreesOfFreedom: number): number };
  };
}
