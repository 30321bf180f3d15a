import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import { endedName } from '../../../../src/engine/infill/rules/endedName.js';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizerContract.js';

const MASK = 0;
const EOM = 1;
/** By id, from 2 on. */
const TEXTS = ['.', '.at', '.attributes', '.at(', 'at', 'attr', 'ributes', '(', ' x', '1', '_b', 'é', '+', '\n'];
const tokenizer = {
  bytesOf: (id: number) => Buffer.from(id < 2 ? '' : (TEXTS[id - 2] ?? '')),
} as unknown as Tokenizer;

/** What may stand at the position after `written`. */
function left(healed: string, written: readonly string[], offered = TEXTS): string[] {
  const canvas = new Canvas(new Array<number>(written.length + 2).fill(MASK), {
    mask: MASK,
    endOfMiddle: EOM,
    temperature: 0,
    random: seededRandom(0),
  });
  canvas.write(
    written.map((text, position) => ({ position, id: TEXTS.indexOf(text) + 2, confidence: 1 })),
    0,
  );
  const ids = offered.map((text) => TEXTS.indexOf(text) + 2);
  const row = { position: written.length, ids, logProbs: ids.map(() => -Math.log(ids.length)), entropy: 1 };
  const [ruled] = endedName(Buffer.from(healed), tokenizer)([row], canvas);
  assert.ok(Math.abs(ruled!.logProbs.reduce((sum, log) => sum + Math.exp(log), 0) - 1) < 1e-9);
  return ruled!.ids.map((id) => TEXTS[id - 2]!);
}

test('nothing that goes on in the name follows it', () => {
  assert.deepEqual(left('', []), ['.', '.at', '.attributes', '.at(', '(', ' x', '+', '\n']);
  assert.deepEqual(left('at', ['at']), ['.', '.at', '.attributes', '.at(', '(', ' x', '+', '\n']);
});

test('the token that writes the name again ends with it, or goes on with something else', () => {
  assert.deepEqual(left('.at', [], ['.', '.at', '.attributes', '.at(']), ['.', '.at', '.at(']);
  assert.deepEqual(left('.at', ['.'], ['at', 'attr', '+']), ['at', '+']);
});

test('further on anything may follow, and where all would go on in the name nothing is ruled out', () => {
  assert.deepEqual(left('at', ['at', '.']), TEXTS);
  assert.deepEqual(left('', [], ['1', '_b']), ['1', '_b']);
});
