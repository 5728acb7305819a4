export { type BootstrapOptions, bootstrapMean, type Interval } from "./bootstrap.js";
export { holm } from "./holm.js";
export { meanWilson, medianInterval, wilson } from "./intervals.js";
export { orderShare, orderSharePaired } from "./order.js";
export { pairedT, signFlip } from "./paired.js";
export { type Goal, powerOfT, seedsPaired, seedsUnpaired } from "./power.js";
export { type RankSum, rankSum } from "./rank-sum.js";
export { type Friedman, friedman, groupsOf, ranks } from "./ranks.js";
export { median, percentText, type Summary, summarize } from "./summary.js";
