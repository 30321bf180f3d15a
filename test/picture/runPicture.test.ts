import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CanvasPosition } from '../../src/shared/outcome.js';
import { positionFrames } from '../../src/picture/positionFrames.js';
import { runPicture } from '../../src/picture/runPicture.js';

const MASKED = { id: null, text: '', confidence: 0, step: null, source: null, isPinned: false } as const;

function canvas(...known: readonly Partial<CanvasPosition>[]): readonly CanvasPosition[] {
  return known.map((each, group) => ({ ...MASKED, ...each, group }));
}

function settled(text: string, confidence: number, step: number): Partial<CanvasPosition> {
  return { id: 1, text, confidence, step, source: 'denoiser' };
}

function draft(text: string): Partial<CanvasPosition> {
  return { draft: { id: 2, text, confidence: 0.3 } };
}

/** "a < b" over five positions, the last of them the end and what is behind it. */
const STEPS = [
  { step: 0, ms: 41.6, positions: canvas(settled('a', 0.9, 0), draft(' >'), draft(' c'), draft(';'), {}) },
  {
    step: 1,
    positions: canvas(
      settled('a', 0.9, 0),
      settled(' <', 0.5, 1),
      settled(' b', 0.7, 1),
      { ...settled('', 0.8, 1), isEnd: true },
      { isEnd: true },
    ),
  },
];
const FRAMES = positionFrames([], STEPS);

test('the frames of a run: masks first, then what is settled and what is thought, as long as the text at last', () => {
  assert.deepEqual(
    FRAMES.map(({ step, tokens }) => [step, tokens.map(({ text, state }) => `${state}:${text}`)]),
    [
      [0, ['masked:', 'masked:', 'masked:']],
      [1, ['settled:a', 'draft: >', 'draft: c', 'draft:;']],
      [2, ['settled:a', 'settled: <', 'settled: b']],
    ],
  );
  assert.deepEqual(
    FRAMES[2]?.tokens.map(({ fresh, confidence }) => [fresh, confidence]),
    [
      [false, 0.9],
      [true, 0.5],
      [true, 0.7],
    ],
  );
  assert.equal(FRAMES[1]?.ms, 41.6);
});

test('its picture shows one frame at a time, escapes the text and takes nothing from outside', () => {
  const picture = runPicture({ before: 'if (', after: ') {\n}', frames: FRAMES, title: 'A <run>' });
  assert.equal(picture.match(/<g /gu)?.length, 3);
  assert.match(picture, /<title>A &lt;run&gt;<\/title>/u);
  assert.match(picture, />\s&lt;<\/text>/u);
  assert.match(picture, /1 of 2 · 42 ms/u);
  assert.doesNotMatch(picture, /<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)|@import|url\(/u);
  // Each frame begins where the one before it ends; the last one stays four times as long.
  assert.match(picture, /@keyframes k0 \{ 0\.000% \{ visibility: visible \} 16\.667% \{ visibility: hidden \} \}/u);
  assert.match(picture, /@keyframes k2 \{ 0% \{ visibility: hidden \} 33\.333% \{ visibility: visible \} \}/u);
});

test('lines that are too long go on in the next one, and what lies far away is left out', () => {
  const picture = runPicture({
    before: `gone\ngone too\n${'x'.repeat(230)}\nlast\n`,
    after: '',
    frames: FRAMES,
    title: 'run',
  });
  assert.doesNotMatch(picture, /gone too/u);
  assert.ok([...picture.matchAll(/>(x+)<\/text>/gu)].every(([, each = '']) => each.length <= 100));
});
