"""What scipy and statsmodels say, for the tests of lib/src/stats.

    oracle.py    writes fixtures/statistics.json: of each function a list of {"given": arguments, "expected": result}

scipy 1.17.1, statsmodels 0.15.0, mpmath 1.4.1 (for the noncentral t distribution, where scipy's loses digits), numpy 2.4.6.
"""

import bisect
import itertools
import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
from mpmath import mp
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower, TTestPower

FIXTURES = Path(__file__).resolve().parent / "fixtures"
rng = np.random.default_rng(0)
mp.dps = 30


def samples():
    """Sizes, ties, and values from tiny to huge."""
    for n in (1, 2, 3, 10, 101):
        yield rng.normal(size=n).tolist()
        yield rng.integers(0, 4, n).tolist()
    for size in (1e-300, 1e-150, 1e150, 1e300):
        yield (size * rng.uniform(1, 7, 5)).tolist()
    yield (1e9 + rng.normal(size=20)).tolist()
    yield (rng.standard_cauchy(30) * 1e6).tolist()
    yield [3, 3, 3]


def summary(values):
    exact = [Fraction(v) for v in values]
    n = len(exact)
    mean = sum(exact) / n
    var = sum((v - mean) ** 2 for v in exact) / max(n - 1, 1)
    # exact arithmetic: numpy's own squares overflow at 1e300
    sd = mp.sqrt(mp.mpf(var.numerator) / mp.mpf(var.denominator))
    return [float(mean), float(sd), min(values), max(values), float(np.median(values))]


def sign_flip(differences):
    """All choices of signs counted by whole numbers."""
    counts = {0: 1}
    for d in differences:
        following = {}
        for total, ways in counts.items():
            for sign in (1, -1):
                following[total + sign * d] = following.get(total + sign * d, 0) + ways
        counts = following
    seen = abs(sum(differences))
    return float(Fraction(sum(w for s, w in counts.items() if abs(s) >= seen), 2 ** len(differences)))


def rank_sum(a, b):
    """All choices, where there are ties; else scipy's exact test."""
    ranks = stats.rankdata(a + b)
    middle = len(a) * (len(a) + len(b) + 1) / 2
    far = abs(ranks[: len(a)].sum() - middle)
    if len(set(a + b)) == len(a + b):
        return stats.mannwhitneyu(a, b, method="exact").pvalue
    choices = [abs(sum(choice) - middle) >= far - 1e-9 for choice in itertools.combinations(ranks, len(a))]
    return sum(choices) / len(choices)


def power(shift, degrees, alpha):
    """The noncentral t distribution by integration over the estimated standard error, in 30 digits."""
    t = stats.t.isf(alpha / 2, degrees)
    found = float(stats.nct.sf(t, degrees, shift) + stats.nct.cdf(-t, degrees, shift))
    if degrees > 300 and not math.isnan(found):
        return found
    critical = mp.mpf(stats.t.isf(alpha / 2, degrees))
    shift, nu = mp.mpf(shift), mp.mpf(degrees)

    def at(log):
        s = mp.e**log
        weight = mp.e ** (nu * (log - (s * s - 1) / 2))
        return weight * (mp.ncdf(shift - critical * s) + mp.ncdf(-shift - critical * s)), weight

    centre = mp.log(max(abs(shift) / critical, mp.mpf("1e-9")))
    width = 6 / (1 + abs(shift))
    points = {mp.mpf(k) for k in (-60, -3, -1, 0, 1, 5)} | {centre + k * width for k in (-2, -1, 0, 1, 2)}
    # and where the estimated error of many degrees lies
    points |= {k / mp.sqrt(2 * nu) for k in (-12, -6, -3, 3, 6, 12)}
    points = sorted(p for p in points if -60 <= p <= 5)
    above = mp.quad(lambda u: at(u)[0], points)
    return float(above / mp.quad(lambda u: at(u)[1], points))


def seeds(sd, difference, share, alpha, paired):
    """The smallest number with the power, by scipy's noncentral t; exactly where that gives NaN, over which statsmodels' solvers stumble."""

    def enough(n):
        shift = difference / sd * math.sqrt(n if paired else n / 2)
        degrees = n - 1 if paired else 2 * n - 2
        t = stats.t.isf(alpha / 2, degrees)
        found = stats.nct.sf(t, degrees, shift) + stats.nct.cdf(-t, degrees, shift)
        return (power(shift, degrees, alpha) if math.isnan(found) else found) >= share

    high = 2
    while not enough(high):
        high *= 2
    n = bisect.bisect_left(range(high), True, 2, key=enough)
    check = (TTestPower() if paired else TTestIndPower()).power(difference / sd, n, alpha=alpha)
    assert math.isnan(check) or check >= share
    return n


def coins(values, level):
    """The narrowest pair of order statistics that covers the median."""
    n, ordered = len(values), sorted(values)
    skip = 0
    while skip + 1 < n / 2 and 1 - 2 * stats.binom.cdf(skip, n, 0.5) >= level - 1e-12:
        skip += 1
    if 1 - 2 * stats.binom.cdf(skip, n, 0.5) < level - 1e-12:
        skip = max(0, skip - 1)
    return [ordered[skip], ordered[n - 1 - skip]]


def cases():
    grid = list(samples())
    yield "summarize", [([v], summary(v)) for v in grid]
    varied = [v for v in grid if len(set(v)) > 1]
    units = [2.0 ** int(np.log2(max(map(abs, v)))) for v in varied]
    tests = [stats.ttest_1samp(np.array(v) / unit, 0) for v, unit in zip(varied, units)]
    yield "pairedT", [([v], [float(t), float(p)]) for v, (t, p) in zip(varied, tests)]
    levels = (0.01, 0.5, 0.95, 0.999, 1 - 1e-10)
    pairs = [(0, 1), (1, 1), (3, 7), (647, 800), (0, 80), (999_999, 1_000_000), (10**9, 3 * 10**9)]
    asked = [(k, n, level) for k, n in pairs for level in levels]
    limits = [stats.binomtest(k, n).proportion_ci(level, "wilson") for k, n, level in asked]
    yield "wilson", [([*given], list(map(float, limit))) for given, limit in zip(asked, limits)]
    sets = [[0.01, 0.04, 0.03, 0.005, 0.2], [0.5], [1, 1, 0], [1e-300, 1e-12, 0.05, 0.05], rng.uniform(0, 0.2, 40).tolist()]
    yield "holm", [([p], multipletests(p, method="holm")[1].tolist()) for p in sets]
    whole = [rng.integers(-9, 10, n).tolist() for n in (1, 2, 5, 10, 20, 40)]
    whole += [[7] * 60, [1, -1] * 20, [0, 0, 4], [4000, -2000, 6000, 10000]]
    yield "signFlip", [([d], sign_flip(d)) for d in whole]
    sizes = ((1, 1), (1, 9), (5, 4), (10, 10), (30, 20), (60, 60))
    two = [(rng.normal(size=m).tolist(), rng.normal(0.5, size=n).tolist()) for m, n in sizes]
    two += [(rng.integers(0, 4, m).tolist(), rng.integers(0, 4, n).tolist()) for m, n in ((2, 2), (3, 7), (8, 8))]
    yield "rankSum", [([a, b], float(rank_sum(a, b))) for a, b in two]
    large = [(rng.normal(size=m).tolist(), rng.normal(0.2, size=n).tolist()) for m, n in ((400, 300),)]
    large += [(rng.integers(0, 9, m).tolist(), rng.integers(0, 9, n).tolist()) for m, n in ((300, 500), (1000, 1000))]
    yield "rankSumNormal", [([a, b], float(stats.mannwhitneyu(a, b, method="asymptotic").pvalue)) for a, b in large]
    tables = [rng.normal(size=(n, k)) for n, k in ((2, 3), (10, 4), (50, 30))]
    tables += [rng.integers(0, 3, (n, k)) for n, k in ((5, 3), (40, 8))]
    tables += [np.tile(np.arange(6), (200, 1))]
    yield "friedman", [([t.tolist()], [float(x) for x in stats.friedmanchisquare(*t.T)]) for t in tables]
    yield "powerOfT", [
        ([shift, degrees, alpha], power(shift, degrees, alpha))
        for shift in (-3, 0, 0.5, 2.8, 9, 27, 300)
        for degrees in (1, 2, 9, 60, 1000, 100_000)
        for alpha in (0.5, 0.05, 0.001, 1e-6)
        if degrees <= 300 or abs(shift) < 9
    ]
    goals = list(itertools.product((0.3, 1, 4), (0.5, 1, 6), (0.5, 0.8, 0.99), (0.05, 0.001)))
    goals = [goal for goal in goals if goal[1] / goal[0] < 3]
    yield "seedsPaired", [([*goal], seeds(*goal, paired=True)) for goal in goals]
    yield "seedsUnpaired", [([*goal], seeds(*goal, paired=False)) for goal in goals]
    yield "medianInterval", [([v, level], coins(v, level)) for v in grid for level in (0.3, 0.5, 0.95, 0.978515625, 0.999)]


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    found = {name: [{"given": given, "expected": expected} for given, expected in rows] for name, rows in cases()}
    lines = ",\n".join(f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in found.items())
    (FIXTURES / "statistics.json").write_text("{" + lines + "}\n")
