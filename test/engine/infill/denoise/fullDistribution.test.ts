import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fullDistribution } from '../../../../src/engine/infill/denoise/fullDistribution.js';
import type { NetworkKind, Prediction } from '../../../../src/engine/contract/model.js';

const MASK = 3;
const CLEAN: NetworkKind = { parameterization: 'clean', graph: 'absorbing' };
const SCORE: NetworkKind = { parameterization: 'score', graph: 'uniform' };
const ALL = { temperature: 1, topP: 1 };

function rowOf(logs: readonly number[]): Prediction {
  return { position: 2, ids: [0], logProbs: [-1], entropy: 0.5, distribution: Float32Array.from(logs) };
}

function normalised(logits: readonly number[]): number[] {
  const sum = Math.log(logits.reduce((total, logit, id) => total + (id === MASK ? 0 : Math.exp(logit)), 0));
  return logits.map((logit, id) => (id === MASK ? -Infinity : logit - sum));
}

describe('a whole row', () => {
  test('lists every id that may stand there, likeliest first, with its probability', () => {
    const logits = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(logits, (values) => {
        const logs = Array.from(Float32Array.from(normalised(values)));
        const { ids, logProbs, entropy, position } = fullDistribution(rowOf(logs), MASK, MASK, ALL, CLEAN);
        const expected = logs.map((_, id) => id).filter((id) => id !== MASK);
        expected.sort((a, b) => logs[b]! - logs[a]! || a - b);
        assert.deepEqual(ids, expected);
        ids.forEach((id, i) => assert.ok(Math.abs(logProbs[i]! - logs[id]!) < 1e-5));
        assert.deepEqual([position, entropy], [2, 0.5]);
      }),
    );
  });

  test('leaves out a tail that nothing will draw, by the temperature it is sampled with', () => {
    const logs = normalised([0, ...new Array<number>(999).fill(-30)]);
    const count = (temperature: number, topP = 1): number =>
      fullDistribution(rowOf(logs), MASK, MASK, { temperature, topP }, CLEAN).ids.length;
    assert.equal(count(1), 1);
    assert.equal(count(0), 1);
    assert.equal(count(2), 999, 'at a high temperature the tail weighs more');
    const flatter = normalised([0, ...new Array<number>(999).fill(-15)]);
    assert.equal(fullDistribution(rowOf(flatter), MASK, MASK, ALL, CLEAN).ids.length, 999);
  });

  test('keeps the token that stands there however unlikely it is, and never the mask', () => {
    const logs = [40, 0, 38, 60, 39];
    assert.deepEqual(fullDistribution(rowOf(logs), 1, MASK, ALL, SCORE).ids, [0, 4, 2, 1]);
    assert.deepEqual(fullDistribution(rowOf(logs), 4, MASK, ALL, SCORE).ids, [0, 4, 2]);
  });

  test('scores are parts of their sum, which is stated', () => {
    const logs = [2, 1, 0, 5, -1].map(Math.fround);
    const row = fullDistribution(rowOf(logs), 2, MASK, ALL, SCORE);
    const sum = [2, 1, 0, -1].reduce((total, log) => total + Math.exp(log), 0);
    assert.ok(Math.abs(row.logScoreSum! - Math.log(sum)) < 1e-12);
    row.ids.forEach((id, i) => assert.ok(Math.abs(row.logProbs[i]! + row.logScoreSum! - logs[id]!) < 1e-12));
    const entropy = row.logProbs.reduce((total, log) => total - Math.exp(log) * log, 0);
    assert.ok(Math.abs(row.entropy - entropy) < 1e-12);
  });

  test('a row without a distribution stays as it is', () => {
    const { distribution: _, ...row } = rowOf([0]);
    assert.equal(fullDistribution(row, MASK, MASK, ALL, CLEAN), row);
  });
});
