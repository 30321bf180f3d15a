import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { calibratedLength } from '../../../../src/engine/diffusion/calibratedLength.js';
import { createSampler } from '../../../../src/engine/diffusion/samplers/createSampler.js';
import { createSchedule } from '../../../../src/engine/diffusion/schedules/createSchedule.js';
import {
  allOf,
  closeAtEnd,
  type Projection,
  resize,
  restorePinned,
} from '../../../../src/engine/diffusion/projection.js';
import { SCHEDULES } from '../../../../src/engine/diffusion/schedules/schedule.js';
import { denoise } from '../../../../src/engine/infill/denoise/denoiseLoop.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import { lengthTokens } from '../../../../src/engine/infill/rules/lengthTokens.js';
import { ModelDenoiser } from '../../../../src/engine/infill/denoise/modelDenoiser.js';
import { SAMPLERS } from '../../../../src/shared/infillOptions.js';
import { manifestOf, RecordedNetwork, RecordedRandom, type SamplerCase, samplerFixture } from './recordedNetwork.js';

const FAMILIES = ['sedd', 'mdlm', 'remdm', 'first-hitting', 'llada', 'dream', 'fast-dllm', 'p2', 'dreamon'];

/** Given the same network outputs and the same uniform numbers, the engine's loop goes through the oracle's canvases. */
for (const family of FAMILIES) {
  describe(family, () => {
    const { cases } = samplerFixture(family) as { readonly cases: readonly SamplerCase[] };
    for (const [i, one] of cases.entries()) {
      const remask = one.remask === 'none' ? '' : ` with ${one.remask}`;
      const name = `${i}: ${one.sampler}${remask}, ${one.network.graph}, ${one.steps} steps at temperature ${one.temperature}`;
      test(name, async () => replay(one));
    }
  });
}

async function replay(one: SamplerCase): Promise<void> {
  const { mask, end, canvas, temperature, topP } = one;
  const manifest = manifestOf(one);
  const sampler = createSampler(one.sampler, {
    topP,
    endOfMiddle: end,
    entropyBound: 0,
    vocabularySize: one.vocabulary,
    network: one.network,
    remask: one.remask,
  });
  const random = new RecordedRandom(one.uniforms);
  const endsAt = end < 0 ? 'canvas' : 'token';
  const running = new Canvas(canvas, { mask, endOfMiddle: end, temperature, random, endsAt });
  const network = new RecordedNetwork(one);
  const canvases: number[][] = [];
  const denoiser = new ModelDenoiser(network, {
    manifest,
    sampler,
    appends: false,
    decodeAhead: undefined,
    encoderMix: 0,
    allowedFirst: undefined,
    wantEncoder: false,
    topP,
    rules: lengthTokens(manifest.tokens, one.lengths?.most),
    contextIds: [],
    suffixIds: [],
  });
  const steps = await denoise(running, {
    denoiser,
    sampler,
    project: projectionOf(one),
    steps: one.steps,
    afterStep: async () => {
      canvases.push(running.wholeCanvas());
      return true;
    },
  });
  assert.deepEqual(
    canvases,
    one.run.map((step) => step.canvas),
  );
  assert.equal(steps, one.run.length);
  assert.equal(network.callsLeft, 0, 'calls of the network that the oracle made and the engine did not');
  assert.equal(random.left, 0, 'numbers that the oracle drew and the engine did not');
}

function projectionOf({ canvas, mask, end, lengths }: SamplerCase): Projection {
  const pinned = new Map(Array.from(canvas.entries()).filter(([, id]) => id !== mask));
  return allOf(
    ...(end < 0 ? [] : [closeAtEnd(end)]),
    ...(lengths ? [resize(lengths.expand, lengths.delete, mask)] : []),
    restorePinned(pinned),
  );
}

test('every fixture is replayed, and every sampler has one', () => {
  const files = readdirSync(path.join(import.meta.dirname, '../../../fixtures/samplers')).map((file) =>
    file.replace('.json', ''),
  );
  assert.deepEqual(files.sort(), [...FAMILIES, 'cal', 'schedules', 'truncation'].sort());
  const replayed = FAMILIES.flatMap((family) =>
    (samplerFixture(family) as { readonly cases: readonly SamplerCase[] }).cases.map(
      ({ sampler }) => sampler.split(':')[0]!,
    ),
  );
  // The entropy-bounded one is replayed on the model itself, in samplingTraces.test.ts.
  assert.deepEqual(
    SAMPLERS.filter((name) => name !== 'entropy-bound' && !replayed.includes(name)),
    [],
  );
});

describe('noise schedules', () => {
  const { t: times, ...columns } = samplerFixture('schedules') as { readonly t: readonly number[] } & Record<
    string,
    { readonly sigma: readonly number[]; readonly rate: readonly number[]; readonly masked: readonly number[] }
  >;
  for (const name of SCHEDULES) {
    test(`${name}: sigma by its definition, the rate its derivative, the mask probability 1 - exp(-sigma)`, () => {
      const schedule = createSchedule(name);
      for (const [i, t] of times.entries()) {
        close(schedule.sigma(t), columns[name]!.sigma[i]!, 1e-9);
        close(schedule.rate(t), columns[name]!.rate[i]!, 1e-9);
        close(schedule.maskProbability(t), columns[name]!.masked[i]!, 1e-9);
      }
    });
  }
});

function close(actual: number, expected: number, tolerance: number): void {
  const error = Math.abs(actual - expected);
  assert.ok(error <= tolerance * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);
}

describe("CAL's search finds the length that the climb one by one finds", () => {
  const { cases } = samplerFixture('cal') as {
    readonly cases: readonly {
      readonly confidences: readonly number[];
      readonly from: number;
      readonly most: number;
      readonly patience: number;
      readonly best: number;
      readonly looked: readonly number[];
    }[];
  };
  for (const [i, { confidences, best, looked, ...search }] of cases.entries()) {
    test(`${i}: from ${search.from} to at most ${search.most}`, async () => {
      const calls: (readonly number[])[] = [];
      const found = await calibratedLength({ ...search, reach: 7 }, async (lengths) => {
        calls.push(lengths);
        return lengths.map((length) => confidences[length - 1]!);
      });
      assert.equal(found, best);
      const asked = calls.flat();
      assert.equal(new Set(asked).size, asked.length, 'no length twice');
      assert.ok(calls.length <= 1 + Math.ceil(looked.length / 8), `${calls.length} calls for ${looked.length} lengths`);
      const reach = Math.max(...looked.map((length) => Math.abs(length - Math.min(search.from, search.most))));
      if (reach <= 7) assert.equal(calls.length, 1);
    });
  }
});
