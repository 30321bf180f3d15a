import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/engine/diffusion/random.js';
import { parityFixture } from '../fixtures.js';

interface RandomFixture {
  readonly streams: readonly { readonly seed: number; readonly uniforms: readonly number[] }[];
}

for (const { seed, uniforms } of (parityFixture('rng') as RandomFixture).streams) {
  test(`seed ${seed} gives the numbers of the training code, bit for bit`, () => {
    const random = seededRandom(seed);
    assert.deepEqual(
      uniforms.map(() => random.uniform()),
      uniforms,
    );
  });
}

test('the low 32 bits of a seed count', () => {
  assert.equal(seededRandom(5).uniform(), seededRandom(5 + 2 ** 32).uniform());
  assert.notEqual(seededRandom(5).uniform(), seededRandom(6).uniform());
  assert.equal(seededRandom(-1).uniform(), seededRandom(2 ** 32 - 1).uniform());
});

test('the numbers are uniform in [0, 1)', () => {
  const random = seededRandom(42);
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 16_000; i++) counts[Math.floor(random.uniform() * 16)]!++;
  const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  assert.ok(chiSquare < 37.7, `chi² with 15 degrees of freedom is ${chiSquare}`); // 99.9 %
});
