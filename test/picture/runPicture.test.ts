import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepTrace } from '../../src/shared/outcome.js';
import { runFrames } from '../../src/picture/runFrames.js';
import { runPicture } from '../../src/picture/runPicture.js';

const commit = (position: number, text: string, confidence: number): StepTrace['commits'][number] => ({
  position,
  id: position,
  text,
  confidence,
});

/** "a < b" over five positions, the last of them the end and what is behind it. */
const TRACE: readonly StepTrace[] = [
  {
    step: 0,
    kind: 'denoise',
    ms: 41.6,
    commits: [commit(0, 'a', 0.9)],
    canvas: ['a', null, null, null, null],
    draft: ['a', ' >', ' c', ';', null],
  },
  {
    step: 1,
    kind: 'verify',
    commits: [commit(1, ' <', 0.5), commit(2, ' b', 0.7), commit(3, '', 0.8)],
    canvas: ['a', ' <', ' b', '', null],
    draft: ['a', ' <', ' b', '', null],
  },
];

test('the frames of a run: masks first, then what is settled and what is thought, as long as the text at last', () => {
  const frames = runFrames(TRACE);
  assert.deepEqual(
    frames.map(({ step, tokens }) => [step, tokens.map(({ text, state }) => `${state}:${text}`)]),
    [
      [0, ['masked:', 'masked:', 'masked:']],
      [1, ['settled:a', 'draft: >', 'draft: c', 'draft:;']],
      [2, ['settled:a', 'settled: <', 'settled: b']],
    ],
  );
  assert.deepEqual(
    frames[2]?.tokens.map(({ fresh, confidence }) => [fresh, confidence]),
    [
      [false, 0.9],
      [true, 0.5],
      [true, 0.7],
    ],
  );
  assert.equal(frames[1]?.ms, 41.6);
  assert.deepEqual(runFrames([]), []);
});

test('its picture shows one frame at a time, escapes the text and takes nothing from outside', () => {
  const picture = runPicture({ before: 'if (', after: ') {\n}', frames: runFrames(TRACE), title: 'A <run>' });
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
    frames: runFrames(TRACE),
    title: 'run',
  });
  assert.doesNotMatch(picture, /gone too/u);
  assert.ok([...picture.matchAll(/>(x+)<\/text>/gu)].every(([, each = '']) => each.length <= 100));
});
