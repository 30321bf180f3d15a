import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FramePace } from '../../../src/extension/live/framePace.js';

interface Scene {
  readonly pace: FramePace;
  readonly pass: (ms: number) => void;
}

function scene(): Scene {
  let now = 1000;
  const pace = new FramePace(() => now);
  return { pace, pass: (ms) => (now += ms) };
}

test('the first draft is shown at once, the next ones with growing pauses, never within 60 ms', () => {
  const { pace, pass } = scene();
  const pauses: (number | undefined)[] = [];
  for (const text of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
    const wait = pace.untilDraft(text, false);
    pauses.push(wait);
    pass(wait ?? 0);
    pace.drew(text);
  }
  assert.deepEqual(pauses, [0, 60, 90, 135, 202.5]);
  assert.equal(pace.untilDraft('abcdef', false), undefined, 'with the outcome there are six');
  assert.equal(pace.untilLast(), 60);
  pass(100);
  assert.equal(pace.untilLast(), 0);
});

test('the same text is no frame, and no start of what is shown unless the text ends there', () => {
  const { pace, pass } = scene();
  pace.drew('return a;');
  pass(1000);
  assert.equal(pace.untilDraft('return a;', true), undefined);
  assert.equal(pace.untilDraft('return', false), undefined);
  assert.equal(pace.untilDraft('return', true), 0);
  assert.equal(pace.untilDraft('return b', false), 0, 'no start of it, though it is shorter');
});

test('what was typed is gone from what is shown, and is no frame', () => {
  const { pace, pass } = scene();
  pace.drew('total + 1');
  pace.typed('tal + 1');
  pass(1000);
  assert.deepEqual([pace.frames, pace.shown], [1, 'tal + 1']);
  assert.equal(pace.untilDraft('tal', false), undefined);
});
