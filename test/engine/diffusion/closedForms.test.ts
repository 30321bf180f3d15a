import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { absorbingGraph, type ScoreRow, uniformGraph } from '../../../src/engine/diffusion/samplers/reverseGraph.js';
import { createSchedule } from '../../../src/engine/diffusion/schedules/createSchedule.js';
import { timesTo, timesToZero } from '../../../src/engine/diffusion/schedules/linearTimes.js';
import { SCHEDULES } from '../../../src/engine/diffusion/schedules/schedule.js';
import { toyCanvases, type ToyNetwork, type ToyRun } from './toyRun.js';

const MASK = 2;

/** A language of two tokens whose texts are two tokens long: the probabilities of 00, 01, 10 and 11. */
const LANGUAGE = [0.4, 0.15, 0.05, 0.4] as const;
const probability = (a: number, b: number): number => LANGUAGE[2 * a + b]!;
const MARGINALS = [0, 1].map((position) =>
  [0, 1].map((token) =>
    [0, 1].reduce((sum, other) => sum + (position === 0 ? probability(token, other) : probability(other, token)), 0),
  ),
);

/** The language's true posterior of a masked position. */
const posterior: ToyNetwork = (canvas, position) => {
  const other = canvas[1 - position]!;
  if (other === MASK) return MARGINALS[position]!.map(Math.log);
  const joint = [0, 1].map((token) => (position === 0 ? probability(token, other) : probability(other, token)));
  return joint.map((p) => Math.log(p / (joint[0]! + joint[1]!)));
};

/** Shares of the four texts among many runs with different seeds. */
async function sharesOf(run: Omit<ToyRun, 'seed' | 'canvas' | 'vocabulary'>, runs: number): Promise<number[]> {
  const counts = [0, 0, 0, 0];
  const seeds = Array.from({ length: runs }, (_, seed) => seed);
  for (const canvas of await toyCanvases({ ...run, canvas: [run.mask, run.mask], vocabulary: 2 }, seeds)) {
    counts[2 * canvas[0]! + canvas[1]!]!++;
  }
  return counts.map((count) => count / runs);
}

/** Five standard deviations of a share, for each of the four: false alarms about once in a million. */
function assertShares(actual: readonly number[], expected: readonly number[], runs: number, bias = 0): void {
  expected.forEach((p, i) => {
    const bound = 5 * Math.sqrt((p * (1 - p)) / runs) + bias;
    assert.ok(Math.abs(actual[i]! - p) <= bound, `${actual.join()} instead of ${expected.join()}`);
  });
}

/** Texts whose two tokens are drawn in the same step, unaware of each other, with probability `together`. */
function mixture(together: number): number[] {
  return LANGUAGE.map((p, i) => (1 - together) * p + together * MARGINALS[0]![i >> 1]! * MARGINALS[1]![i & 1]!);
}

/** The probability that two positions are revealed in the same step, where step i reveals the share shares[i]. */
function togetherIn(shares: readonly number[]): number {
  let masked = 1;
  return shares.reduce((sum, share) => {
    const now = masked * share;
    masked -= now;
    return sum + now * now;
  }, 0);
}

describe('a language whose posterior is known: the texts have the probabilities that the mathematics says', () => {
  const RUNS = 3000;

  for (const sampler of ['mdlm-ancestral', 'sedd-analytic', 'sedd-euler']) {
    for (const steps of [4, 17]) {
      test(`${sampler}, ${steps} steps: the exact mixture of drawn together and one after the other`, async () => {
        const times = timesToZero(steps, 1e-5);
        const shares = times.slice(1).map((next, i) => (times[i]! - next) / times[i]!);
        const actual = await sharesOf({ sampler, network: posterior, mask: MASK, steps }, RUNS);
        assertShares(actual, mixture(togetherIn(shares)), RUNS);
      });
    }
  }

  test('dream-origin: the same, of its own times', async () => {
    const times = timesTo(5, 1e-3);
    const shares = [1, 2, 3, 4, 5].map((i) => (i === 5 ? 1 : 1 - times[i]! / times[i - 1]!));
    const actual = await sharesOf({ sampler: 'dream-origin', network: posterior, mask: MASK, steps: 5 }, RUNS);
    assertShares(actual, mixture(togetherIn(shares)), RUNS);
  });

  for (const sampler of ['first-hitting', 'llada-random', 'llada-low-confidence', 'dream-entropy']) {
    test(`${sampler}, one token a step: the language itself`, async () => {
      const actual = await sharesOf({ sampler, network: posterior, mask: MASK, steps: 2 }, RUNS);
      // Which position is settled first depends on what is drawn there, where confidence decides.
      const ordered = sampler.startsWith('llada-low');
      assertShares(actual, ordered ? confidentFirst() : [...LANGUAGE], RUNS);
    });
  }

  for (const remask of ['cap:eta=0.2', 'rescale:eta=0.3', 'conf']) {
    test(`ReMDM ${remask} keeps the marginals and mends what was drawn together`, async () => {
      const run = { sampler: 'mdlm-ancestral', remask, network: posterior, mask: MASK, steps: 25 };
      const actual = await sharesOf(run, RUNS);
      for (const position of [0, 1]) {
        const share = position === 0 ? actual[2]! + actual[3]! : actual[1]! + actual[3]!;
        const expected = MARGINALS[position]![1]!;
        const bound = 5 * Math.sqrt((expected * (1 - expected)) / RUNS) + (remask === 'conf' ? 0.03 : 0);
        assert.ok(Math.abs(share - expected) <= bound, `${share}, not ${expected}`);
      }
    });
  }
});

/** LLaDA at temperature 1 on the language: both positions draw, the one whose token is more probable stays. */
function confidentFirst(): number[] {
  const result = [0, 0, 0, 0];
  for (const a of [0, 1]) {
    for (const b of [0, 1]) {
      const [pa, pb] = [MARGINALS[0]![a]!, MARGINALS[1]![b]!];
      for (const other of [0, 1]) {
        const [x, y] = pa >= pb ? [a, other] : [other, b];
        const conditional = probability(x, y) / (pa >= pb ? pa : pb);
        result[2 * x + y]! += pa * pb * conditional;
      }
    }
  }
  return result;
}

describe('uniform noise, with the true scores', () => {
  /** Probability of a text under noise: each token is its own with exp(-sigma), else any. */
  const noised = (a: number, b: number, sigma: number): number => {
    const kept = Math.exp(-sigma);
    const goes = (from: number, to: number): number => (from === to ? kept : 0) + (1 - kept) / 2;
    return LANGUAGE.reduce((sum, p, i) => sum + p * goes(i >> 1, a) * goes(i & 1, b), 0);
  };
  for (const schedule of ['log-linear', 'geometric'] as const) {
    const noise = createSchedule(schedule);
    const sigmaAt = (t: number): number => noise.sigma(t);
    const scores: ToyNetwork = (canvas, position, t) => {
      const [a, b] = canvas as [number, number];
      const here = noised(a, b, sigmaAt(t));
      return [0, 1].map((token) =>
        Math.log((position === 0 ? noised(token, b, sigmaAt(t)) : noised(a, token, sigmaAt(t))) / here),
      );
    };
    for (const predictor of ['analytic', 'euler']) {
      test(`sedd-${predictor}, ${schedule}: the language, to within the size of a step`, async () => {
        const run = {
          sampler: `sedd-${predictor}:schedule=${schedule}`,
          kind: { parameterization: 'score', graph: 'uniform' },
          network: scores,
          mask: -1,
          steps: 64,
        } as const;
        assertShares(await sharesOf(run, 1500), LANGUAGE, 1500, 0.03);
      });
    }
  }

  test('a Tweedie step takes the noised distribution of one token back exactly', () => {
    const clean = [0.7, 0.2, 0.1];
    const [late, early] = [1.3, 0.4].map((s) => clean.map((p) => Math.exp(-s) * p + (1 - Math.exp(-s)) / 3)) as [
      number[],
      number[],
    ];
    const back = [0, 0, 0];
    for (const x of [0, 1, 2]) {
      const { tokens } = uniformGraph(3).analytic(scoreRowOf(late.map((p) => p / late[x]!)), x, 0.9);
      const total = tokens.reduce((sum, weight) => sum + weight, 0);
      tokens.forEach((weight, y) => (back[y]! += (late[x]! * weight) / total));
    }
    early.forEach((p, y) => assert.ok(Math.abs(back[y]! - p) < 1e-12));
  });
});

function scoreRowOf(scores: readonly number[]): ScoreRow {
  const sum = scores.reduce((total, score) => total + score, 0);
  const shares = scores.map((score) => score / sum);
  return { ids: scores.map((_, id) => id), shares, sum, confidences: shares };
}

describe('absorbing noise', () => {
  const clean = [0.5, 0.3, 0.15, 0.05];
  const trueScores = (masked: number): ScoreRow => scoreRowOf(clean.map((p) => (p * (1 - masked)) / masked));

  for (const name of SCHEDULES) {
    test(`${name}: the analytic step with the true score is MDLM's posterior`, () => {
      const schedule = createSchedule(name);
      for (const [t, s] of [
        [0.9, 0.8],
        [0.5, 0.2],
        [0.11, 0.1],
        [1, 0.99],
      ] as const) {
        const [before, after] = [schedule.maskProbability(t), schedule.maskProbability(s)];
        const { tokens, stay } = absorbingGraph.analytic(
          trueScores(before),
          MASK,
          schedule.sigma(t) - schedule.sigma(s),
        );
        tokens.forEach((weight, v) => assert.ok(Math.abs(weight - (clean[v]! * (before - after)) / before) < 1e-9));
        assert.ok(Math.abs(stay - after / before) < 1e-9);
      }
    });
  }

  test('under log-linear noise, and only there, the Euler step with the true score is the analytic one', () => {
    for (const [name, isSame] of [
      ['log-linear', true],
      ['geometric', false],
      ['cosine', false],
    ] as const) {
      const schedule = createSchedule(name);
      const row = trueScores(schedule.maskProbability(0.6));
      const euler = absorbingGraph.euler(row, MASK, 0.05 * schedule.rate(0.6));
      const analytic = absorbingGraph.analytic(row, MASK, schedule.sigma(0.6) - schedule.sigma(0.55));
      assert.equal(Math.abs(euler.stay - analytic.stay) < 1e-9, isSame, name);
    }
  });

  test('scores that are too large leave nothing to stay for, and never a negative weight', () => {
    const overstated = scoreRowOf(clean.map((p) => p * 50));
    for (const { tokens, stay } of [
      absorbingGraph.analytic(overstated, MASK, 0.1),
      absorbingGraph.euler(overstated, MASK, 0.1),
    ]) {
      assert.equal(stay, 0);
      const total = tokens.reduce((sum, weight) => sum + weight, 0);
      tokens.forEach((weight, v) =>
        assert.ok(Math.abs(weight / total - clean[v]!) < 1e-12, 'in proportion to the scores'),
      );
    }
  });
});
