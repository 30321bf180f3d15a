import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worthOf } from '../../../../src/engine/infill/ending/worth.js';

const LOOK = { any: 1, wrong: 2 };

test('characters by their chance, less what looks cost', () => {
  assert.equal(worthOf('return x', 0.5, LOOK), 0.5 * 8 - 1 - 0.5 * 2);
  assert.equal(worthOf('return x', 1, LOOK), 7);
  assert.equal(worthOf('return x', 0, LOOK), -3);
});

test('a lone quote is never worth a look, however sure it is', () => {
  assert.ok(worthOf('"', 0.83, LOOK) < 0);
  assert.ok(worthOf('"', 1, LOOK) <= 0);
});

test('a long doubtful tail takes worth away, a long likely one adds it', () => {
  const start = worthOf('.filter(', 0.8, LOOK);
  assert.ok(worthOf('.filter((each) => each)', 0.1, LOOK) < start);
  assert.ok(worthOf('.filter((each) => each)', 0.5, LOOK) > start);
});
