import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import { noForeignCharacters } from '../../../../src/engine/infill/rules/noForeignCharacters.js';
import { ownHiddenCharacters } from '../../../../src/engine/text/foreignCharacters.js';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizerContract.js';

const MASK = 0;
const EOM = 1;
/** U+202E, the right-to-left override, is e2 80 ae; U+2014, a dash, is e2 80 94. */
const TOKENS: Readonly<Record<number, number[]>> = {
  2: [0x61],
  3: [0x61, 0x1b],
  4: [0xe2, 0x80],
  5: [0xae],
  6: [0x94],
  7: [0xae, 0x61],
  8: [0xe2, 0x80, 0xae],
  9: [0x0d, 0x0a],
  10: [0x0d],
  11: [0x0d, 0x0d, 0x0a],
  12: [0xe2, 0x80, 0x8d], // zero width joiner: what follows it decides
};
const tokenizer = { bytesOf: (id: number) => Uint8Array.from(TOKENS[id] ?? []) } as Tokenizer;
const ROW = [EOM, ...Object.keys(TOKENS).map(Number)];

/** The ids left of all, at `position` of a canvas after `context`. */
function left(
  ids: readonly number[],
  position: number,
  context: readonly number[] = [],
  own: readonly string[] = [],
): number[] {
  const canvas = new Canvas(ids, { mask: MASK, endOfMiddle: EOM, temperature: 0, random: seededRandom(0) });
  const row = { position, ids: ROW, logProbs: ROW.map(() => Math.log(1 / ROW.length)), entropy: 1 };
  const [refined] = noForeignCharacters(
    context,
    ownHiddenCharacters({ prefix: own.join(''), suffix: '' }),
    tokenizer,
  )([row], canvas);
  return refined!.ids.toSorted((a, b) => a - b);
}

test('tokens that hold a foreign character are ruled out', () => {
  const most = [EOM, 2, 4, 5, 6, 7, 9, 12];
  assert.deepEqual(left([MASK], 0), most);
  assert.deepEqual(left([MASK, MASK], 1), most);
  assert.deepEqual(left([MASK], 0, [2]), most);
});

test('and tokens that end one which others began', () => {
  for (const [canvas, position, context] of [
    [[MASK], 0, [4]],
    [[4, MASK], 1, []],
    [[2, 4, MASK], 2, [2]],
  ] as const) {
    const ids = left(canvas, position, context);
    assert.ok(ids.includes(6), 'the dash');
    assert.deepEqual(
      ids.filter((id) => id === 5 || id === 7),
      [],
    );
  }
});

test("the user's own may come again; half of a line end never", () => {
  assert.deepEqual(left([MASK], 0, [], ['\u001b']), [EOM, 2, 3, 4, 5, 6, 7, 9, 12]);
  assert.ok([5, 7].every((id) => left([4, MASK], 1, [], ['\u202E']).includes(id)));
  assert.deepEqual(
    left([MASK], 0, [], ['\r']).filter((id) => id === 10 || id === 11),
    [],
  );
});

test('all stay where none fits', () => {
  const canvas = new Canvas([4, MASK], { mask: MASK, endOfMiddle: EOM, temperature: 0, random: seededRandom(0) });
  const row = { position: 1, ids: [5, 7], logProbs: [-1, -1], entropy: 1 };
  assert.deepEqual(noForeignCharacters([], new Set(), tokenizer)([row], canvas), [row]);
});
