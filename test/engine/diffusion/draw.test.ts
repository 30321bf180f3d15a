import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom } from '../../../src/engine/diffusion/random.js';
import { chooseToken, nucleusProbabilities } from '../../../src/engine/diffusion/draw.js';
import { EOM, stateWith } from './samplerStates.js';

const logs = (probabilities: readonly number[]): number[] => probabilities.map(Math.log);
const always = (uniform: number): Random => ({ uniform: () => uniform });
const never: Random = { uniform: () => assert.fail('a number was drawn') };

/** Index of the token that is chosen for a position with these likeliest tokens. */
function sampleCategorical(logProbs: readonly number[], temperature: number, topP: number, random: Random): number {
  const row = { position: 0, ids: logProbs.map((_, i) => i), logProbs, entropy: 1 };
  return chooseToken(row, stateWith({ temperature, random }), { topP, endOfMiddle: EOM }).id;
}

test('temperature 0 takes the first and draws nothing', () => {
  assert.equal(sampleCategorical(logs([0.4, 0.3, 0.3]), 0, 1, never), 0);
});

test('inverse CDF', () => {
  const row = logs([0.5, 0.25, 0.25]);
  const choices = [0, 0.49, 0.5, 0.74, 0.76, 0.999999].map((u) => sampleCategorical(row, 1, 1, always(u)));
  assert.deepEqual(choices, [0, 0, 1, 1, 2, 2]);
});

test('the nucleus is the smallest leading set that holds topP, and at least one', () => {
  const row = logs([0.5, 0.25, 0.125, 0.125]);
  assert.equal(sampleCategorical(row, 1, 0.5, always(0.999)), 0);
  assert.equal(sampleCategorical(row, 1, 0.6, always(0.999)), 1);
  assert.equal(sampleCategorical(row, 1, 0.76, always(0.999)), 2);
  assert.equal(sampleCategorical(row, 1, 1e-9, always(0.999)), 0);
});

test('frequencies are the tempered probabilities, also of a truncated list', () => {
  const row = logs([0.4, 0.1, 0.05]); // sums up to 0.55: the rest is not on the list
  const random = seededRandom(1);
  const counts = [0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[sampleCategorical(row, 0.5, 1, random)]!++;
  const weights = [0.16, 0.01, 0.0025];
  weights.forEach((weight, i) => assert.ok(Math.abs(counts[i]! / 20_000 - weight / 0.1725) < 0.01, counts.join()));
});

test('a tiny temperature neither underflows nor divides by zero', () => {
  assert.equal(sampleCategorical([-900, -901, -2000], 1e-3, 1, always(0.5)), 0);
});

test('what is drawn from makes up the whole, however much is left of it', () => {
  assert.deepEqual(nucleusProbabilities(logs([0.5, 0.25, 0.25]), 1, 0.75), [2 / 3, 1 / 3]);
  assert.deepEqual(nucleusProbabilities([0, -Infinity], 0.5, 1), [1, 0]);
  assert.deepEqual(nucleusProbabilities(logs([0.2, 0.2, 0.1]), 0, 1), [1]);
});
