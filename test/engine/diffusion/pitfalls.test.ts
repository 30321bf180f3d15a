import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dreamConfidence } from '../../../src/engine/diffusion/samplers/dreamSampler.js';
import { drawIndex } from '../../../src/engine/diffusion/draw.js';
import { evenShare } from '../../../src/engine/diffusion/samplers/blocks.js';
import { EntropyBoundSampler } from '../../../src/engine/diffusion/samplers/entropyBoundSampler.js';
import { seededRandom } from '../../../src/engine/diffusion/random.js';
import type { Commit, Sampler } from '../../../src/engine/diffusion/sampler.js';
import type { NetworkKind } from '../../../src/engine/contract/model.js';
import { SAMPLERS } from '../../../src/shared/infillOptions.js';
import { samplerFixture } from './samplers/recordedNetwork.js';
import { type ToyNetwork, type ToyRun, toyRun } from './toyRun.js';

const VOCABULARY = 7;
const MASK = 7;
const END = 6;

/** Log-probabilities that depend on everything, and on nothing in particular. */
const noise: ToyNetwork = (canvas, position, t) => {
  const seed = canvas.reduce((hash, id) => (Math.imul(hash, 31) + id) | 0, position + Math.round(1000 * t));
  const random = seededRandom(seed);
  return Array.from({ length: VOCABULARY }, () => 3 * random.uniform());
};
const uniformNoise: ToyNetwork = (canvas, position, t) => {
  const logs = noise(canvas, position, t);
  return logs.map((log) => log - logs[canvas[position]!]!);
};

interface Kind {
  readonly name: string;
  readonly run: Pick<ToyRun, 'sampler' | 'remask' | 'network' | 'mask' | 'end' | 'kind'>;
}
const SCORE_UNIFORM: NetworkKind = { parameterization: 'score', graph: 'uniform' };
const KINDS: Kind[] = [
  ...SAMPLERS.map((sampler) => ({ name: sampler, run: { sampler, network: noise, mask: MASK, end: END } })),
  ...['cap:eta=0.5', 'rescale:eta=0.5', 'conf', 'loop:eta=0.5,alpha=0.6'].map((remask) => ({
    name: `mdlm-ancestral with ${remask}`,
    run: { sampler: 'mdlm-ancestral', remask, network: noise, mask: MASK, end: END },
  })),
  ...['sedd-analytic', 'sedd-euler'].map((sampler) => ({
    name: `${sampler} under uniform noise`,
    run: { sampler, network: uniformNoise, mask: -1, end: -1, kind: SCORE_UNIFORM },
  })),
];

for (const { name, run } of KINDS) {
  describe(name, () => {
    const canvas = [run.mask, 3, run.mask, run.mask, 5, run.mask, run.mask];
    const settings = fc.record({
      steps: fc.integer({ min: 1, max: 20 }),
      temperature: fc.constantFrom(0, 0.5, 1),
      seed: fc.integer({ min: 0, max: 1e6 }),
    });

    test('known tokens stand after every step, and in the end nothing is masked', async () => {
      await fc.assert(
        fc.asyncProperty(settings, async (chosen) => {
          const result = await toyRun({ ...run, ...chosen, canvas, vocabulary: VOCABULARY });
          for (const after of result.canvases) {
            assert.equal(after[1], 3);
            assert.equal(after[4], 5);
            assert.ok(!after.slice(0, 4).includes(END) || run.end === -1, 'no end left of a known token');
          }
          assert.ok(!result.canvas.includes(run.mask));
          assert.ok(result.canvas.every((id) => id >= 0 && id < VOCABULARY));
          assert.ok(
            result.commits.every(({ position }) => position !== 1 && position !== 4),
            'known tokens were not even tried',
          );
        }),
        { numRuns: 40 },
      );
    });

    test('the same seed gives the same text', async () => {
      const once = { ...run, canvas, vocabulary: VOCABULARY, steps: 6, temperature: 1, seed: 5 };
      assert.deepEqual((await toyRun(once)).canvases, (await toyRun(once)).canvases);
    });

    if (run.mask === MASK) {
      test('the mask is never sampled, however likely the network says it is', async () => {
        const masky: ToyNetwork = (...asked) => [...noise(...asked), 9];
        for (const temperature of [0, 1]) {
          const result = await toyRun({
            ...run,
            network: masky,
            canvas,
            vocabulary: VOCABULARY,
            steps: 9,
            temperature,
          });
          assert.ok(!result.canvas.includes(MASK));
          // Only what masks again on purpose writes it, with confidence 0.
          assert.ok(result.commits.every(({ id, confidence }) => id !== MASK || confidence === 0));
          if (run.remask === undefined && run.sampler !== 'p2')
            assert.ok(result.commits.every(({ id }) => id !== MASK));
        }
      });
    }
  });
}

describe('a projection', () => {
  test('holds against a sampler that writes everywhere', async () => {
    const plain = new EntropyBoundSampler({ entropyBound: 1, topP: 1, endOfMiddle: -1 });
    const rogue: Sampler = {
      revises: true,
      schedule: plain.schedule,
      needs: () => plain.needs(),
      times: (steps) => plain.times(steps),
      commit: (_, { canvas, step }) =>
        canvas.map((__, position) => ({ position, id: step % VOCABULARY, confidence: 1 })),
    };
    const canvas = [MASK, 3, MASK, 5];
    const { canvases } = await toyRun({
      sampler: rogue,
      network: noise,
      canvas,
      vocabulary: VOCABULARY,
      mask: MASK,
      steps: 3,
    });
    assert.deepEqual(
      canvases,
      [0, 1, 2].map((step) => [step, 3, step, 5]),
    );
  });
});

describe('SEDD on a network that predicts clean tokens', () => {
  test('is MDLM under log-linear noise, number by number and with the same confidences', async () => {
    const canvas = [MASK, 3, MASK, MASK, MASK, MASK];
    for (const temperature of [0, 0.7, 1]) {
      for (let seed = 0; seed < 10; seed++) {
        const run = { network: noise, canvas, vocabulary: VOCABULARY, mask: MASK, steps: 9, temperature, seed };
        const mdlm = await toyRun({ ...run, sampler: 'mdlm-ancestral' });
        for (const sampler of ['sedd-analytic', 'sedd-euler']) {
          const sedd = await toyRun({ ...run, sampler });
          // MDLM's last step takes the likeliest, SEDD's draws.
          assert.deepEqual(sedd.canvases.slice(0, 8), mdlm.canvases.slice(0, 8));
          if (sedd.canvases.length < 9) assert.deepEqual(round(sedd.commits), round(mdlm.commits));
        }
      }
    }
  });
});

function round(commits: readonly Commit[]): readonly Commit[] {
  return commits.map((commit) => ({ ...commit, confidence: Number(commit.confidence.toFixed(9)) }));
}

describe("Dream's truncation", () => {
  const { cases } = samplerFixture('truncation') as {
    readonly cases: readonly { readonly masked: number; readonly steps: number; readonly counts: readonly number[] }[];
  };
  for (const { masked, steps, counts } of cases) {
    test(`${masked} masks, ${steps} steps: the reference wastes ${counts.filter((n) => n === 0).length} of them, an even share none`, async () => {
      const canvas = new Array<number>(masked).fill(MASK);
      const run = { network: noise, canvas, vocabulary: VOCABULARY, mask: MASK, steps, temperature: 0 };
      for (const sampler of ['dream-maskgit-plus', 'dream-topk-margin', 'dream-entropy']) {
        const { canvases } = await toyRun({ ...run, sampler });
        const left = [masked, ...canvases.map((ids) => ids.filter((id) => id === MASK).length)];
        const committed = left.slice(1).map((now, i) => left[i]! - now);
        assert.ok(Math.min(...committed) >= 1, 'every step commits something');
        assert.ok(Math.max(...committed) - Math.min(...committed) <= 1, 'and about as much as every other');
        assert.equal(canvases.length, Math.min(masked, steps));
      }
    });
  }

  test('what the reference wastes', () => {
    const wasted = (masked: number, steps: number): number =>
      cases.find((one) => one.masked === masked && one.steps === steps)!.counts.filter((count) => count === 0).length;
    assert.equal(wasted(16, 16), 1);
    assert.equal(wasted(16, 128), 113);
  });

  test("an even share is LLaDA's table: floor(n / steps), the first n mod steps one more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 64 }), (masked, steps) => {
        let left = masked;
        for (let step = 0; step < steps; step++) {
          const share = evenShare(left, steps - step);
          assert.equal(share, Math.floor(masked / steps) + Number(step < masked % steps));
          left -= share;
        }
        assert.equal(left, 0);
      }),
    );
  });
});

describe('the sign of confidence', () => {
  test('a sure position is surer than an unsure one, by every rule', () => {
    const [sure, unsure] = [
      [0.9, 0.06, 0.04],
      [0.4, 0.35, 0.25],
    ] as const;
    for (const rule of ['maskgit-plus', 'topk-margin', 'entropy'] as const) {
      assert.ok(dreamConfidence(rule, sure, 0) > dreamConfidence(rule, unsure, 0), rule);
    }
  });

  test('entropy confidence is minus the entropy, so 0 is the surest', () => {
    assert.equal(dreamConfidence('entropy', [1, 0], 0), 0);
    assert.ok(Math.abs(dreamConfidence('entropy', [0.5, 0.5], 0) + Math.LN2) < 1e-12);
  });

  test('the sure position is committed first', async () => {
    const network: ToyNetwork = (_, position) => (position === 2 ? [5, 0, 0] : [0.2, 0.1, 0]);
    for (const sampler of SAMPLERS.filter((name) => /^dream-[met]|low-confidence|fast/.test(name))) {
      const canvas = [MASK, MASK, MASK, MASK];
      const { commits } = await toyRun({
        sampler,
        network,
        canvas,
        vocabulary: 3,
        mask: MASK,
        steps: 4,
        temperature: 0,
      });
      assert.equal(commits[0]!.position, 2, sampler);
    }
  });
});

describe('end-of-text overflow', () => {
  /** Sure of `<eom>` the further from the context; less sure of the text. */
  const padded: ToyNetwork = (_, position) => (position < 3 ? [1, 0, 0, 0] : [0, 0, 0, 2 + position]);
  const run = {
    network: padded,
    canvas: new Array<number>(8).fill(MASK),
    vocabulary: 4,
    mask: MASK,
    end: 3,
    temperature: 0,
  };

  test('without a rule the first steps go to <eom>', async () => {
    const { canvases } = await toyRun({ ...run, sampler: 'llada-low-confidence', steps: 8 });
    assert.deepEqual(canvases[0], [...new Array<number>(7).fill(MASK), 3]);
  });

  test('with end-last the text comes first, and the steps suffice nevertheless', async () => {
    const { canvases, canvas } = await toyRun({ ...run, sampler: 'llada-low-confidence:end-last=true', steps: 8 });
    assert.deepEqual(canvases[2]!.slice(0, 3), [0, 0, 0]);
    assert.deepEqual(canvas, [0, 0, 0, 3, 3, 3, 3, 3]);
    const { canvas: inTwo } = await toyRun({ ...run, sampler: 'llada-low-confidence:end-last=true', steps: 2 });
    assert.ok(!inTwo.includes(MASK));
  });

  test('an <eom> ends the middle: what is right of it is not text', async () => {
    for (const sampler of SAMPLERS) {
      const { canvas } = await toyRun({ ...run, sampler, steps: 5, temperature: 1 });
      const end = canvas.indexOf(3);
      assert.ok(end < 0 || canvas.slice(end).every((id) => id === 3), sampler);
    }
  });
});

describe('a draw', () => {
  test('negative weights are never drawn, and none at all give none', () => {
    const random = seededRandom(1);
    for (let i = 0; i < 1000; i++) assert.notEqual(drawIndex([1, -0.5, 2], random), 1);
    assert.equal(drawIndex([0, -1], random), -1);
  });

  test('frequencies are the weights', () => {
    const random = seededRandom(2);
    const counts = [0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[drawIndex([2, 1, 5], random)]!++;
    [0.25, 0.125, 0.625].forEach((p, i) => assert.ok(Math.abs(counts[i]! / 20_000 - p) < 0.015));
  });

  test('float64: a token of probability 1e-9 is not lost beside one of probability 1', () => {
    assert.equal(drawIndex([1, 1e-9], { uniform: () => 1 - 2 ** -40 }), 1);
  });
});
