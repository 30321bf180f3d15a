import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import type { SamplerState } from '../../../../src/engine/diffusion/sampler.js';
import type { Prediction } from '../../../../src/engine/contract/model.js';
import { EOM, samplerOf, stateWith } from '../samplerStates.js';

/** A row that says `id` with entropy `entropy`; further candidates follow. */
function row(position: number, entropy: number, ids: readonly number[] = [position + 100, EOM, 5]): Prediction {
  return { position, entropy, ids, logProbs: [0.7, 0.2, 0.1].map(Math.log) };
}

function commit(rows: readonly Prediction[], state: Partial<SamplerState> = {}, entropyBound = 0.2): number[][] {
  const sampler = samplerOf('entropy-bound', { entropyBound });
  return sampler.commit(rows, stateWith(state)).map(({ position, id }) => [position, id]);
}

const positionsOf = (commits: readonly number[][]): number[] => commits.map(([position]) => position!);

describe('entropy bound', () => {
  test('the least uncertain first, while those before sum up to at most the bound', () => {
    const rows = [row(0, 2), row(1, 0.15), row(2, 0.1), row(3, 0.04), row(4, 0.3)];
    // 0.04, then 0.1 (before: 0.04), then 0.15 (0.14), then 0.3 (0.29 > 0.2).
    assert.deepEqual(positionsOf(commit(rows)), [1, 2, 3]);
    assert.deepEqual(positionsOf(commit(rows, {}, 0.3)), [1, 2, 3, 4]);
    assert.deepEqual(positionsOf(commit(rows, {}, 0)), [3]);
  });

  test('equal entropies go by position', () => {
    assert.deepEqual(positionsOf(commit([row(2, 1), row(4, 1), row(7, 1)])), [2]);
  });

  test('one that is certain costs nothing', () => {
    assert.deepEqual(positionsOf(commit([row(0, 0), row(1, 0), row(2, 5)])), [0, 1, 2]);
    assert.deepEqual(positionsOf(commit([row(0, 0), row(1, 0.3), row(2, 5)])), [0, 1]);
  });

  test('at least ceil(masked / steps left), and all in the last step', () => {
    const rows = Array.from({ length: 7 }, (_, i) => row(i, 3 + i));
    const counts = [1, 2, 3, 4, 7, 8].map((stepsLeft) => commit(rows, { step: 20 - stepsLeft, steps: 20 }).length);
    assert.deepEqual(counts, [7, 4, 3, 2, 1, 1]);
  });

  test('no more than it is sure of where what is left is settled besides', () => {
    const rows = Array.from({ length: 7 }, (_, i) => row(i, 3 + i));
    const counts = [1, 2, 8].map(
      (stepsLeft) => commit(rows, { step: 20 - stepsLeft, steps: 20, restIsDrafted: true }).length,
    );
    assert.deepEqual(counts, [1, 1, 1]);
  });

  test('position 0 may be asked to go first; it counts towards the bound', () => {
    const rows = [row(0, 2), row(1, 0.1), row(2, 0.1)];
    assert.deepEqual(positionsOf(commit(rows, { leftFirst: true })), [0]);
    assert.deepEqual(positionsOf(commit(rows.slice(1), { leftFirst: true })), [1, 2]);
  });

  test('nothing masked, nothing committed', () => assert.deepEqual(commit([]), []));
});

describe('<eom>', () => {
  test('is ruled out left of what is kept, and the others make up the whole', () => {
    const sampler = samplerOf('entropy-bound', { entropyBound: 10 });
    const ended = (position: number): Prediction => row(position, 0.1, [EOM, 7, 8]);
    const state = stateWith({ steps: 9, earliestEnd: 2 });
    const [left, right] = sampler.commit([ended(1), ended(3)], state);
    assert.deepEqual([left!.id, right!.id], [7, EOM]);
    assert.ok(Math.abs(left!.confidence - 2 / 3) < 1e-12);
    assert.ok(Math.abs(right!.confidence - 0.7) < 1e-12);
  });
});

describe('temperature', () => {
  test('one number is drawn for every masked position in every step, whether it is committed or not', () => {
    const random = seededRandom(3);
    commit([row(0, 9), row(3, 9), row(5, 9)], { temperature: 1, random });
    const reference = seededRandom(3);
    for (let i = 0; i < 3; i++) reference.uniform();
    assert.equal(random.uniform(), reference.uniform());
  });

  test('confidence is the probability at temperature 1', () => {
    const sampler = samplerOf('entropy-bound', { entropyBound: 10 });
    const state = stateWith({ steps: 1, temperature: 2, random: seededRandom(5) });
    for (const { position, id, confidence } of sampler.commit(
      Array.from({ length: 30 }, (_, i) => row(i, 1)),
      state,
    )) {
      const expected = id === position + 100 ? 0.7 : id === EOM ? 0.2 : 0.1;
      assert.ok(Math.abs(confidence - expected) < 1e-12);
    }
  });
});
