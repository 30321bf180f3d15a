import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import { wholeCharacters } from '../../../../src/engine/infill/rules/wholeCharacters.js';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizerContract.js';

const MASK = 0;
const EOM = 1;
/** 😀 is f0 9f 98 80. */
const TOKENS: Readonly<Record<number, number[]>> = {
  2: [0x61],
  3: [0xf0, 0x9f],
  4: [0x98],
  5: [0x80],
  6: [0x98, 0x80, 0x61],
  7: [0x61, 0xf0],
  8: [0xff],
};
const tokenizer = { bytesOf: (id: number) => Uint8Array.from(TOKENS[id] ?? []) } as Tokenizer;

/** The ids left of all, at `position` of a canvas after `context`. */
function left(
  canvas: readonly number[],
  position: number,
  context: readonly number[] = [],
  appended: readonly number[] = [],
): number[] {
  const running = new Canvas([...appended.map(() => MASK), ...canvas], {
    mask: MASK,
    endOfMiddle: EOM,
    temperature: 0,
    random: seededRandom(0),
  });
  running.write(
    appended.map((id, at) => ({ position: at, id, confidence: 1 })),
    0,
  );
  if (appended.length > 0) running.takeLeading();
  const ids = [EOM, ...Object.keys(TOKENS).map(Number)];
  const row = { position, ids, logProbs: ids.map(() => Math.log(1 / ids.length)), entropy: 1 };
  const [refined] = wholeCharacters(context, EOM, tokenizer)([row], running);
  return refined!.ids.toSorted((a, b) => a - b);
}

test('after whole characters: whole ones, or the start of one where it can go on', () => {
  assert.deepEqual(left([MASK, MASK], 0), [EOM, 2, 3, 7]);
  assert.deepEqual(left([MASK, 2], 0), [EOM, 2]);
  assert.deepEqual(left([MASK], 0), [EOM, 2], 'the canvas ends there');
});

test('after the start of a character: what goes on with it', () => {
  for (const [context, appended] of [
    [[3], []],
    [[2, 3], []],
    [[], [2, 3]],
    [[3], []],
  ] as const) {
    assert.deepEqual(left([MASK, MASK], 0, context, appended), [4, 5, 6]);
  }
  assert.deepEqual(left([MASK, MASK], 0, [3, 4]), [4, 5]);
  assert.deepEqual(left([MASK, MASK], 0, [3], [4]), [4, 5]);
  assert.deepEqual(left([2, 3, 4, MASK, MASK], 3), [4, 5]);
  assert.deepEqual(left([3, MASK, 2], 1), [6]);
});

test('where the left neighbour is not known yet, nothing that goes on with something', () => {
  assert.deepEqual(left([3, MASK, MASK, MASK], 2), [EOM, 2, 3, 7]);
});

test('all stay where none fits', () => {
  const canvas = new Canvas([3, MASK, 2], { mask: MASK, endOfMiddle: EOM, temperature: 0, random: seededRandom(0) });
  const row = { position: 1, ids: [2, EOM], logProbs: [-1, -1], entropy: 1 };
  assert.deepEqual(wholeCharacters([], EOM, tokenizer)([row], canvas), [row]);
});
