import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canvasTexts } from '../../../../src/engine/infill/run/canvasTexts.js';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizerContract.js';

const MASK = 1000;
const END = 1001;

/** One token for each byte; control tokens have none. */
const bytewise: Pick<Tokenizer, 'bytesOf'> = { bytesOf: (id) => Uint8Array.from(id < 256 ? [id] : []) };

function texts(...canvas: (number | string)[]): (string | null)[] {
  const ids = canvas.flatMap((each) => (typeof each === 'string' ? [...Buffer.from(each)] : [each]));
  return canvasTexts(ids, MASK, bytewise as Tokenizer);
}

/** 😀 is f0 9f 98 80, 字 is e5 ad 97. */
const cases: [name: string, canvas: (number | string)[], expected: (string | null)[]][] = [
  ['characters of several tokens stand with the last', ['a😀字b'], ['a', '', '', '', '😀', '', '', '字', 'b']],
  ['control tokens are empty', ['a', END], ['a', '']],
  ['the beginning of a character waits for the rest', ['a', 0xf0, 0x9f, MASK, 0x80, 'b'], ['a', '', '', null, '', 'b']],
  ['the end of a character alone is none', [MASK, 0x98, 0x80, '字'], [null, '', '', '', '', '字']],
  ['a byte order mark is a character', ['\ufeffa'], ['', '', '\ufeff', 'a']],
  ['what is no text is shown as such', ['a', 0xff, 'b'], ['a', '\ufffd', 'b']],
  ['and so is half a character that nothing follows', ['a', 0xe5, 0xad], ['a', '', '\ufffd']],
];
for (const [name, canvas, expected] of cases) {
  test(name, () => assert.deepEqual(texts(...canvas), expected));
}
