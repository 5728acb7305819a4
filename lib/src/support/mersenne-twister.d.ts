declare module "mersenne-twister" {
  /** MT19937 (Matsumoto and Nishimura 1998), seeded by init_genrand (number) or init_by_array (array). */
  class MersenneTwister {
    constructor(seed: number | number[]);
    /** genrand_int32: 0 to 2^32 - 1 */
    random_int(): number;
    /** genrand_res53: [0, 1) */
    random_long(): number;
  }
  export = MersenneTwister;
}
