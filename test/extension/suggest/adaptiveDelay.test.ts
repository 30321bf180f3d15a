import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adaptiveDelay, placeWelcome, TypingRhythm } from '../../../src/extension/suggest/adaptiveDelay.js';

function typed(intervalMs: number, keys = 30): TypingRhythm {
  const rhythm = new TypingRhythm();
  for (let key = 0; key < keys; key++) {
    rhythm.keyPressed(key * intervalMs);
  }
  return rhythm;
}

test('the rhythm is the mean interval while typing; pauses for thought do not count', () => {
  assert.equal(typed(150).interval, 150);
  const rhythm = typed(150);
  rhythm.keyPressed(30 * 150 + 60_000);
  assert.equal(rhythm.interval, 150);
});

test('very fast and unknown rhythms', () => {
  assert.equal(typed(20).interval, 100);
  assert.equal(typed(150, 3).interval, 200);
  assert.equal(new TypingRhythm().idle(5), Number.POSITIVE_INFINITY);
});

test('a new rhythm replaces the old one', () => {
  const rhythm = typed(300, 100);
  for (let key = 1; key <= 60; key++) {
    rhythm.keyPressed(100 * 300 + key * 120);
  }
  assert.equal(rhythm.interval, 120);
});

test('a key that is held down says nothing about the rhythm', () => {
  const rhythm = typed(150);
  for (let repetition = 1; repetition <= 60; repetition++) {
    rhythm.keyPressed(30 * 150 + repetition * 33, 'the same');
  }
  assert.ok(Math.abs(rhythm.interval - 150) < 5, `${rhythm.interval}`);
  assert.equal(rhythm.idle(30 * 150 + 60 * 33 + 7), 7);
});

test('undo and redo begin a pause, but are no typing', () => {
  const rhythm = typed(150);
  for (let repetition = 0; repetition < 60; repetition++) {
    rhythm.edited(5000 + repetition * 33);
  }
  assert.equal(rhythm.idle(5000 + 59 * 33 + 40), 40);
  rhythm.keyPressed(5000 + 60 * 33);
  assert.equal(rhythm.interval, 150);
});

for (const [drawing, welcome] of [
  ['let tot|al = 1', 0],
  ['foo(|)', 0.5],
  ['foo(a|)', 0],
  ['return |\n}', 0.9],
  ['retur|\n}', 0.4],
  ['return |', 1],
  ['x = 𝒜|b', 0], // a letter outside the basic plane
] as const) {
  test(`welcome at ${drawing}`, () => {
    const [prefix = '', suffix = ''] = drawing.split('|');
    assert.equal(placeWelcome(prefix, suffix), welcome);
  });
}

test('the delay is shorter at welcome places and where answers take long, and always in range', () => {
  assert.ok(adaptiveDelay(200, 1, 0) < adaptiveDelay(200, 0, 0));
  assert.equal(adaptiveDelay(200, 0, 0), 600);
  assert.equal(adaptiveDelay(200, 1, 0), 300);
  assert.equal(adaptiveDelay(200, 1, 150), 150);
  assert.equal(adaptiveDelay(200, 1, 5000), 100);
  assert.equal(adaptiveDelay(400, 0, 0), 1000);
});
