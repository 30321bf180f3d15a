import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { denoisedRun, type RunContext } from '../../../../src/engine/infill/selection/denoisedRun.js';
import type { CommittedToken } from '../../../../src/engine/infill/canvas/canvas.js';
import type { SelectionUnit } from '../../../../src/engine/infill/selection/selectionText.js';
import { ownHiddenCharacters } from '../../../../src/engine/text/foreignCharacters.js';
import { toLineFeeds } from '../../../../src/engine/text/lineEnds.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
const byteToken = (byte: number): number =>
  tokenizer.idsStartingWith(Uint8Array.of(byte)).find((id) => tokenizer.bytesOf(id).length === 1)!;

const CONTEXT: RunContext = {
  tokenizer,
  eol: '\n',
  multiline: true,
  healedBytes: 0,
  before: '',
  ownHidden: new Set(),
};

test('a kept token that ends a character begun by a new one is part of what changed', () => {
  // U+4E16 is E4 B8 96: the first byte is exchanged for that of U+5E16 (E5 B8 96), the others stay.
  const [e4, e5, b8, last] = [0xe4, 0xe5, 0xb8, 0x96].map(byteToken) as [number, number, number, number];
  const unit: SelectionUnit = {
    ids: [e4, b8, last],
    start: 0,
    end: 1,
    original: '世',
    span: { start: 0, end: 1 },
    pinned: false,
  };
  const tokens = [e5, b8, last].map((id) => ({ id, confidence: 0.5, step: 0 }));
  const units = denoisedRun([unit], tokens, { ...CONTEXT, multiline: false });
  assert.deepEqual(
    units?.map(({ text, changed, ids }) => ({ text, changed, ids })),
    [{ text: Buffer.from([0xe5, 0xb8, 0x96]).toString('utf8'), changed: true, ids: [e5, b8, last] }],
  );
});

/** A selection's units, as it says them; they have the tokens of the text with `\n`. */
function unitsOf(...originals: readonly string[]): SelectionUnit[] {
  let start = 0;
  let from = 0;
  return originals.map((original) => {
    const ids = tokenizer.encode(toLineFeeds(original));
    const end = start + toLineFeeds(original).length;
    const unit = { ids, start, end, original, span: { start: from, end: from + original.length }, pinned: false };
    from += original.length;
    start = end;
    return unit;
  });
}

const written = (...texts: readonly (string | number)[]): CommittedToken[] =>
  texts
    .flatMap((text) => (typeof text === 'number' ? [text] : tokenizer.encode(text)))
    .map((id) => ({ id, confidence: 0.5, step: 0 }));

function newText(
  old: readonly SelectionUnit[],
  tokens: readonly CommittedToken[],
  change: Partial<RunContext> = {},
): string | undefined {
  return denoisedRun(old, tokens, { ...CONTEXT, ...change })
    ?.map(({ text }) => text)
    .join('');
}

test('line ends stay what they were, also where a document mixes them', () => {
  const old = unitsOf('a', '\r\n', 'b', '\n', 'c', '\r\n', 'd');
  for (const eol of ['\n', '\r\n'] as const) {
    const change = (...texts: string[]): string | undefined => newText(old, written(...texts), { eol });
    assert.equal(change('a', '\n', 'b', '\n', 'c', '\n', 'd'), 'a\r\nb\nc\r\nd', 'kept');
    assert.equal(change('a', '\n', 'x', '\n', 'c', '\n', 'd'), 'a\r\nx\nc\r\nd', 'others changed');
    assert.equal(change('a', '\n\n', 'b', '\n', 'c', '\n', 'd'), 'a\r\n\nb\nc\r\nd', 'one more');
    assert.equal(change('x', ' ', 'y', '\n', 'c', '\n', 'd'), 'x y\nc\r\nd', 'one less');
    assert.equal(
      change('x', '\n', 'y', '\n', 'z', '\n', 'w', '\n'),
      `x\r\ny\nz\r\nw${eol}`,
      'one more than there were',
    );
  }
});

test('lone returns stay where their token stays, and no line end is made of two', () => {
  const old = unitsOf('a', '\r', 'b', '\n', 'c');
  assert.equal(newText(old, written('a', '\n', 'b', '\n', 'x')), 'a\rb\nx', 'kept');
  assert.equal(newText(old, written('a', '\n\n', 'c')), 'a\n\nc', 'both together');
  assert.equal(newText(old, written('x', 'y', '\n', 'b', '\n', 'c'), { eol: '\r\n' }), 'xy\r\nb\nc');
});

test('what the text does not have leaves a run as it was', () => {
  const old = unitsOf('a', '\n', 'b');
  const [cr, lf, rlo] = [byteToken(0x0d), byteToken(0x0a), written(...[0xe2, 0x80, 0xae].map(byteToken))];
  assert.equal(newText(old, [...written('a'), ...rlo, ...written('b')]), undefined);
  assert.equal(newText(old, [...written('a'), ...rlo, ...written('b')], { ownHidden: new Set('\u202E') }), 'a\u202Eb');
  assert.equal(newText(old, written('a', cr, 'b')), undefined, 'half a line end');
  assert.equal(newText(old, written('a', cr, lf)), undefined, 'two halves in two tokens');
  assert.equal(newText(old, written('a', byteToken(0x1b), 'b')), undefined);
  assert.equal(newText(unitsOf('x', 'y'), written('\n', 'y'), { before: 'a\r' }), undefined, 'would make one of two');
  assert.equal(newText(unitsOf('a', '\u001b', 'b'), written('x', byteToken(0x1b), 'b')), 'x\u001bb', 'it was there');
});

test('any tokens: nothing comes in that was not there', () => {
  const bytes = fc.constantFrom(
    0x0a,
    0x0d,
    0x1b,
    0x61,
    0x7f,
    0xc2,
    0x85,
    0xa0,
    0xe2,
    0x80,
    0x81,
    0xae,
    0xa8,
    0xef,
    0xbb,
    0xbf,
    0xf3,
    0xa0,
    0xf0,
    0x9f,
    0x98,
  );
  const token = fc.oneof(
    bytes.map(byteToken),
    fc.integer({ min: 0, max: tokenizer.vocabularySize - 1 }),
    fc.constantFrom(...['\r\n', '\n\n', '\u200D', '\uFEFF', '😀', ' x'].flatMap((text) => tokenizer.encode(text))),
  );
  const unit = fc.constantFrom('a', ' b', '\n', '\r\n', '\u001b', '\r', '\u202E', '😀', '  ');
  // A return and the line feed behind it are one line end, and so one unit.
  const units = fc
    .array(unit, { minLength: 1, maxLength: 5 })
    .filter((all) => !all.some((each, i) => each === '\r' && all[i + 1] === '\n'));
  let count = 0;
  fc.assert(
    fc.property(units, fc.array(token, { maxLength: 8 }), (originals, ids) => {
      const text = originals.join('');
      const text0 = newText(unitsOf(...originals), written(...ids), {
        ownHidden: ownHiddenCharacters({ prefix: '', suffix: '' }, text),
      });
      if (text0 === undefined) return;
      count++;
      const rest = text0.replaceAll('\r\n', '\n');
      for (const character of rest.match(/[\p{Cc}\p{Cn}\p{Co}\p{Cs}\p{Z}\p{Bidi_Control}\uFEFF\uFFFD]/gu) ?? []) {
        assert.ok(' \n\t'.includes(character) || text.includes(character), JSON.stringify(text0));
      }
      if (!text.replaceAll('\r\n', '').includes('\r')) assert.ok(!rest.includes('\r'));
    }),
    { numRuns: 3000 },
  );
  assert.ok(count > 300, String(count));
});
