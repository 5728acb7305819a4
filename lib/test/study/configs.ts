import { studies } from "../../src/studies/index.js";
import { chosen, configOf, evaluationPlan, type RunConfig, type RunSpec, type SetPart } from "../../src/study/index.js";

/** Where nothing is found. */
export const nowhere = { find: () => undefined };

/** The config of a model of the published study, or of the one that stands in for it in a minute. */
export function protocolConfig(study: "published" | "smoke", model: string): RunConfig {
  const part: SetPart = studies[study].parts[0]!;
  return configOf(part, model, part.learningRate as number);
}

/** The runs of one of these studies. */
export function plan(name: "published" | "smoke", seeds?: number): RunSpec[] {
  const study = chosen(studies[name], { seeds });
  return evaluationPlan(study, study.parts[0]!, nowhere).specs;
}
