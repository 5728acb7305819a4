import { discrete, gaussian, mixture, shiftOf } from "../../src/memory/index.js";
import type { Row } from "./row.js";

const row = (what: string, run: () => unknown, expected: RegExp): Row => ({ what, run, expected });

const shifts: Row[] = [
  row("a Gaussian shift of a number", () => gaussian(2 as never), /gaussian: options are 2, expected an object such as \{ /),
  row("a Gaussian shift of null", () => gaussian(null as never), /gaussian: options are null, expected an object/),
  row(
    "a Gaussian shift with a letter missing",
    () => gaussian({ sgma: "step" } as never),
    /gaussian shift has the unknown key sgma/,
  ),
  row(
    "a Gaussian shift of a negative width",
    () => gaussian({ sigmaInit: -1 }),
    /gaussian shift\.sigmaInit is -1, expected more than 0/,
  ),
  row(
    "a Gaussian shift narrower than its floor",
    () => gaussian({ sigmaInit: 0.05 }),
    /gaussian shift\.sigmaInit is 0\.05, expected more than sigmaFloor/,
  ),
  row(
    "a Gaussian shift fixed at no width",
    () => gaussian({ sigma: "fixed" }),
    /sigmaInit is missing, expected the width that sigma is fixed at/,
  ),
  row(
    "a discrete shift of bare offsets",
    () => discrete([2, 0] as never),
    /discrete: options are \[2,0\], expected an object such as \{ offsets: \[1, 0, -1\] \}/,
  ),
  row("a discrete shift of no offset", () => discrete({ offsets: [] }), /discrete shift\.offsets is \[\], expected at least 1/),
  row(
    "a discrete shift with an offset twice",
    () => discrete({ offsets: [1, 1] }),
    /discrete shift\.offsets is \[1,1\], expected each offset once/,
  ),
  row(
    "a config of a discrete shift with an offset twice",
    () => shiftOf({ kind: "discrete", offsets: [0, 1, 0] }),
    /shift config\.offsets is \[0,1,0\], expected each offset once/,
  ),
  row(
    "a mixture of shifts that are no list",
    () => (mixture as (...shifts: unknown[]) => unknown)(gaussian(), discrete()),
    /mixture: shifts is \{.*expected a list of at least two, e\.g\. \[gaussian\(\), discrete\(\)\]/,
  ),
  row("a mixture of one shift", () => mixture([gaussian()]), /mixture: shifts is \[.*expected a list of at least two/),
  row(
    "a mixture of configs",
    () => mixture([{ kind: "gaussian" }, { kind: "gaussian" }] as never),
    /shifts\[0\] is \{"kind":"gaussian"\}/,
  ),
];

/** What someone writes who knows another library, or forgets an argument. */
export const apiRows: Row[] = [...shifts];
