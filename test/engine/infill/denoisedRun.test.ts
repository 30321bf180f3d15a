import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denoisedRun } from '../../../src/engine/infill/denoisedRun.js';
import type { SelectionUnit } from '../../../src/engine/infill/selectionText.js';
import { loadTokenizer } from '../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
const byteToken = (byte: number): number =>
  tokenizer.idsStartingWith(Uint8Array.of(byte)).find((id) => tokenizer.bytesOf(id).length === 1)!;

test('a kept token that ends a character begun by a new one is part of what changed', () => {
  // U+4E16 is E4 B8 96: the first byte is exchanged for that of U+5E16 (E5 B8 96), the others stay.
  const [e4, e5, b8, last] = [0xe4, 0xe5, 0xb8, 0x96].map(byteToken) as [number, number, number, number];
  const unit: SelectionUnit = { ids: [e4, b8, last], start: 0, end: 1, original: '世', pinned: false };
  const tokens = [e5, b8, last].map((id) => ({ id, confidence: 0.5, step: 0 }));
  const units = denoisedRun([unit], tokens, { tokenizer, eol: '\n', multiline: false, healedBytes: 0 });
  assert.deepEqual(
    units?.map(({ text, changed, ids }) => ({ text, changed, ids })),
    [{ text: Buffer.from([0xe5, 0xb8, 0x96]).toString('utf8'), changed: true, ids: [e5, b8, last] }],
  );
});
