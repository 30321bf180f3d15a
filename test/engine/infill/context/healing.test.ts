import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { healPrefix, type HealedPrefix } from '../../../../src/engine/infill/context/healing.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
const healed = (prefix: string): HealedPrefix => healPrefix(prefix, tokenizer.encode(prefix), tokenizer, 511);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** `context|healed` for the prefix. */
function drawn(prefix: string): string {
  const { ids, healed: bytes } = healed(prefix);
  return `${tokenizer.decode(ids)}|${textOf(bytes)}`;
}

describe('where the context ends', () => {
  const cases: [name: string, drawn: string][] = [
    ['half a word, with the blank that belongs to it', ' | retur'],
    ['half a name after a dot', 'this.|na'],
    ['half of a longer name: its tokens from where one may go on', 'element.append|Chi'],
    ['a whole word', 'x =| value'],
    ['indentation: its last blank', 'if x:\n   | '],
    ['deeper indentation', 'if x:\n           | '],
    ['tabs', 'if x {\n\t|\t'],
    ['one tab', 'if x {\n|\t'],
    ['one blank', 'return| '],
    ['two blanks', 'return | '],
    ['a line end', 'const a = 1;|\n'],
    ['an empty line: the last line end', 'const a = 1;\n|\n'],
    ['blanks before a line end', 'a;  |\n'],
    ['after a dot', 'console|.'],
    ['after a bracket', 'call|('],
    ['two brackets', 'call|(('],
    ['inside a string', "import fs from| '"],
    ['half a word inside a string', 'print("hel|lo wor'.replace('hel|lo', 'hello').replace(' wor', '| wor')],
    ['an apostrophe that may be a contraction', "don|'"],
    ['after a digit, where no token is longer', 'x = 12|'],
    ['nothing', '|'],
  ];
  for (const [name, expected] of cases) {
    test(name, () => assert.equal(drawn(expected.replace('|', '')), expected));
  }
});

test('the context of an indentation has the tokens it has in the finished text', () => {
  const finished = tokenizer.encode('def f():\n        return 1');
  const { ids, allowedFirst } = healed('def f():\n        ');
  assert.deepEqual(ids, finished.slice(0, ids.length));
  assert.ok(allowedFirst!.includes(finished[ids.length]!));
});

test('canvas position 0 may take every id that starts with what was handed back, and just that', () => {
  const { healed: bytes, allowedFirst } = healed('  retur');
  const texts = allowedFirst!.map((id) => tokenizer.decode([id]));
  assert.equal(textOf(bytes), ' retur');
  assert.deepEqual(texts.sort(), [' return', ' returned', ' returning', ' returns']);
});

test('emoji and parts of them are handled as bytes', () => {
  for (const prefix of ['say 😀', '👩‍👩‍👧', 'a\u200d', 'é', 'e\u0301', '中', '🛸']) {
    const { ids, healed: bytes, allowedFirst } = healed(prefix);
    const all = Buffer.concat([...ids.map((id) => tokenizer.bytesOf(id)), bytes]);
    assert.equal(all.toString('utf8'), prefix);
    for (const id of allowedFirst ?? []) {
      assert.deepEqual(Buffer.from(tokenizer.bytesOf(id).subarray(0, bytes.length)), Buffer.from(bytes));
    }
  }
});

test('context and healed bytes are the prefix, the allowed ids start with the healed bytes and say more', () => {
  const part = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom(
      ' ',
      '    ',
      '\n',
      '\t',
      '\t\t',
      '\n\n',
      'retur',
      'append',
      'Chi',
      '.',
      '(',
      "'",
      '7',
      '😀',
      '\u200d',
      '中文',
      '->',
    ),
  );
  const prefixes = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(prefixes, (prefix) => {
      const { ids, healed: bytes, allowedFirst } = healed(prefix);
      const all = Buffer.concat([...ids.map((id) => tokenizer.bytesOf(id)), bytes]);
      assert.equal(all.toString('hex'), Buffer.from(tokenizer.decode(tokenizer.encode(prefix))).toString('hex'));
      assert.equal(allowedFirst === undefined, bytes.length === 0);
      if (!allowedFirst) return;
      assert.ok(allowedFirst.some((id) => tokenizer.bytesOf(id).length > bytes.length));
      assert.ok(allowedFirst.every((id) => Buffer.from(bytes).equals(tokenizer.bytesOf(id).subarray(0, bytes.length))));
    }),
    { numRuns: 500 },
  );
});

test('never more ids than the limit, however the text is tokenised without its last blank', () => {
  const prefix = 'a b c d e f\n    ';
  assert.ok(healPrefix(prefix, tokenizer.encode(prefix).slice(-3), tokenizer, 3).ids.length <= 3);
});

/** The measure the rules were chosen by, on this project's own source. */
test('at random cursors the finished text has a token boundary where the context ends', async () => {
  const { readFile } = await import('node:fs/promises');
  const text =
    (await readFile(new URL(import.meta.url), 'utf8')) +
    (await readFile('src/engine/infill/context/healing.ts', 'utf8'));
  let cursors = 0;
  let reached = 0;
  for (let at = 300; at < text.length - 100; at += 7) {
    if (/\n[ \t]*$/.test(text.slice(0, at)) && /[ \t]/.test(text[at]!)) continue; // nobody types inside an indentation
    const start = text.lastIndexOf('\n', at - 200) + 1;
    const finished = tokenizer.encode(text.slice(start, at + 100));
    const { ids, allowedFirst } = healed(text.slice(start, at));
    const next = finished[ids.length]!;
    cursors++;
    if (ids.every((id, i) => id === finished[i]) && (allowedFirst?.includes(next) ?? true)) reached++;
  }
  assert.ok(reached / cursors > 0.92, `${reached} of ${cursors}`);
});
