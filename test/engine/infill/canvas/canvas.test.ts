import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeAfter } from '../../../../src/engine/diffusion/projection.js';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';

const MASK = 0;
const EOM = 1;

function canvasOf(ids: readonly number[]): Canvas {
  return new Canvas(ids, { mask: MASK, endOfMiddle: EOM, temperature: 0, random: seededRandom(0) });
}

const commit = (position: number, id: number): { position: number; id: number; confidence: number } => ({
  position,
  id,
  confidence: id / 100,
});

test('committed tokens at the left end leave the canvas while something is masked', () => {
  const canvas = canvasOf([MASK, MASK, MASK, MASK]);
  canvas.write([commit(0, 50), commit(1, 51), commit(3, 53)], 0);
  assert.deepEqual(canvas.takeLeading(), [50, 51]);
  assert.deepEqual(canvas.ids, [MASK, 53]);
  assert.equal(canvas.offset, 2);
  canvas.write([commit(0, 52)], 1);
  assert.deepEqual(canvas.takeLeading(), [], 'nothing is masked any more');
  assert.deepEqual(canvas.wholeCanvas(), [50, 51, 52, 53]);
  assert.deepEqual(canvas.committed(), [
    { id: 50, confidence: 0.5, step: 0 },
    { id: 51, confidence: 0.51, step: 0 },
    { id: 52, confidence: 0.52, step: 1 },
    { id: 53, confidence: 0.53, step: 0 },
  ]);
});

test('<eom> is no part of the middle and is not taken', () => {
  const canvas = canvasOf([MASK, MASK, MASK]);
  canvas.write([commit(0, 50), commit(1, EOM)], 0);
  assert.deepEqual(canvas.takeLeading(), [50]);
  assert.deepEqual(
    canvas.committed().map(({ id }) => id),
    [50],
  );
  assert.ok(canvas.hasEnd && canvas.isOpen);
});

test('what a step committed counts from the start of the first canvas, up to the first <eom>', () => {
  const canvas = canvasOf([MASK, MASK, MASK, MASK]);
  canvas.write([commit(0, 50)], 0);
  canvas.takeLeading();
  canvas.write([commit(0, 51), commit(1, EOM), commit(2, 53)], 1);
  assert.deepEqual(
    canvas.committedIn(0).map(({ position }) => position),
    [0],
  );
  assert.deepEqual(
    canvas.committedIn(1).map(({ position }) => position),
    [1, 2],
  );
});

test('the end is not allowed left of what is kept, wherever that moves to', () => {
  const canvas = canvasOf([MASK, 70, MASK, MASK]);
  assert.equal(canvas.earliestEnd, 1);
  assert.deepEqual(canvas.masked(), [0, 2, 3]);
  canvas.write([commit(0, 50)], 0);
  canvas.takeLeading();
  assert.deepEqual([canvas.offset, canvas.earliestEnd], [2, -1]);
  assert.deepEqual(canvas.committed()[1], { id: 70, confidence: 1, step: -1 });
});

test('a canvas says how its middle ended', () => {
  const settings = { mask: MASK, endOfMiddle: EOM, temperature: 0, random: seededRandom(0) };
  const endOf = (change: (canvas: Canvas) => void, endsAt: 'token' | 'canvas' | 'either' = 'token'): unknown => {
    const canvas = new Canvas([MASK, MASK], { ...settings, endsAt });
    canvas.write([commit(0, 50)], 0);
    canvas.takeLeading();
    change(canvas);
    return canvas.end;
  };
  assert.equal(
    endOf(() => {}),
    undefined,
  );
  assert.equal(
    endOf((canvas) => canvas.write([commit(0, EOM)], 1)),
    'predicted',
  );
  assert.equal(
    endOf((canvas) => canvas.write([{ ...commit(0, EOM), givesUp: true }], 1)),
    'gave up',
  );
  assert.equal(
    endOf((canvas) => {
      canvas.replace(0, [51, MASK]);
      closeAfter((id) => id === 51, MASK, EOM)(canvas);
    }),
    'line',
  );
  assert.equal(
    endOf((canvas) => canvas.write([commit(0, 51)], 1), 'either'),
    'canvas',
  );
  assert.equal(
    endOf((canvas) => canvas.write([commit(0, 51)], 1)),
    undefined,
  );
});

test('where all of a canvas is text, it may end nowhere', () => {
  const settings = { mask: MASK, endOfMiddle: EOM, temperature: 0, random: seededRandom(0) };
  const text = new Canvas([MASK, MASK], { ...settings, endsAt: 'canvas' });
  assert.deepEqual([text.earliestEnd, text.mayEndAt(1), text.isOpenEnded], ['never', false, false]);
  const open = new Canvas([MASK, MASK], settings);
  assert.deepEqual([open.mayEndAt(0), open.isOpenEnded], [true, true]);
  const kept = new Canvas([MASK, 70, MASK], settings);
  assert.deepEqual([kept.mayEndAt(0), kept.mayEndAt(1), kept.isOpenEnded], [false, true, false]);
});

test('a copy goes on by itself', () => {
  const canvas = canvasOf([MASK, MASK, MASK]);
  canvas.write([commit(0, 50)], 0);
  canvas.takeLeading();
  const copy = canvas.copy();
  copy.write([commit(0, 51), commit(1, EOM)], 1);
  assert.deepEqual(copy.wholeCanvas(), [50, 51, EOM]);
  assert.equal(copy.end, 'predicted');
  assert.deepEqual(canvas.wholeCanvas(), [50, MASK, MASK]);
  assert.equal(canvas.committed().length, 1);
});

test('a step that commits nothing is over all the same', () => {
  const canvas = canvasOf([MASK, MASK]);
  const sampler = { revises: false, times: () => [1, 0.5, 0] } as unknown as Parameters<Canvas['begin']>[0];
  canvas.begin(sampler, 2);
  assert.equal(canvas.stepsLeft, 2);
  canvas.endStep(0);
  assert.deepEqual([canvas.stepsLeft, canvas.isRunning], [1, true]);
  canvas.endStep(1);
  assert.equal(canvas.isRunning, false);
});
