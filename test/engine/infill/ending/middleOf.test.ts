import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import type { Middle } from '../../../../src/engine/infill/ending/candidates.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import { middleOf } from '../../../../src/engine/infill/ending/middleOf.js';
import { codeBefore } from '../../../../src/engine/text/codeBefore.js';
import { openEndsAfter } from '../../../../src/engine/text/openEnds.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
const MASK = 16;
const EOM = 13;

interface Place {
  readonly prefix: string;
  readonly language: string;
  readonly healed: string;
  readonly multiline: boolean;
  readonly insideLine: boolean;
  /** How the middle ends: by the model, by the canvas, or because the model was uncertain. */
  readonly end: 'model' | 'canvas' | 'unsure';
  /** Confidence of the tokens from this text on is low. */
  readonly guessedFrom: string;
  readonly temperature: number;
}

/** What is left of `text`, which a canvas wrote. */
function middle(text: string, place: Partial<Place> = {}): Middle {
  const { prefix = '', language = 'typescript', healed = '', multiline = false, insideLine = false } = place;
  const { end = 'model', guessedFrom, temperature = 0 } = place;
  const ids = tokenizer.encode(text);
  const sure =
    guessedFrom === undefined ? ids.length : tokenizer.encode(text.slice(0, text.indexOf(guessedFrom))).length;
  const canvas = new Canvas(new Array<number>(ids.length + (end === 'canvas' ? 0 : 2)).fill(MASK), {
    mask: MASK,
    endOfMiddle: EOM,
    temperature,
    random: seededRandom(0),
  });
  canvas.write(
    ids.map((id, position) => ({ position, id, confidence: position < sure ? 0.9 : 0.1 })),
    0,
  );
  if (end !== 'canvas') {
    canvas.write(
      [ids.length, ids.length + 1].map((position) => ({
        position,
        id: EOM,
        confidence: 0.1,
        givesUp: end === 'unsure',
      })),
      1,
    );
  }
  const openEnds = openEndsAfter(codeBefore({ prefix, prefixOffset: 0, languageId: language }));
  return middleOf(canvas, {
    tokenizer,
    healedBytes: Buffer.byteLength(healed),
    multiline,
    insideLine,
    openEnds,
    stopBelow: 0.2,
  });
}

describe('a single line', () => {
  const cases: [name: string, text: string, place: Partial<Place>, left: string][] = [
    ['as the model ended it', 'call(a, b);', {}, 'call(a, b);'],
    ['up to its end', 'call(a);\n  next();', {}, 'call(a);'],
    ['without what stood before the cursor', ' return a;', { healed: ' ret' }, 'urn a;'],
    ['up to the first guess', 'call(a, banana);', { guessedFrom: ' banana' }, 'call(a,'],
    ['the first token may be a guess', 'call(a);', { guessedFrom: 'call' }, 'call'],
    [
      'sampled tokens are no guesses',
      'call(a, banana);',
      { guessedFrom: ' banana', temperature: 1 },
      'call(a, banana);',
    ],
    ['an open bracket may stay at the end of a line', 'call(a,', {}, 'call(a,'],
    ['a string that was not ended is left out', 'call("a b', { end: 'unsure' }, 'call('],
    ['... nor where the canvas ended', 'call("a b', { end: 'canvas' }, 'call('],
    ['... but the model may end the line in one', 'call(`a b', {}, 'call(`a b'],
    ['inside a line nothing stays open', 'a, g(b', { insideLine: true, end: 'canvas' }, 'a, g'],
    ['inside a string it stays a string', 'hello wor', { prefix: 'f("', insideLine: true }, 'hello wor'],
  ];
  for (const [name, text, place, left] of cases) {
    test(name, () => assert.equal(middle(text, place).text, left));
  }
});

describe('several lines', () => {
  const multiline = { multiline: true };
  const cases: [name: string, text: string, place: Partial<Place>, left: string][] = [
    ['as the model ended them', 'a();\n  b();', {}, 'a();\n  b();'],
    ['only whole ones where the canvas ended', 'a();\n  b();\n  c', { end: 'canvas' }, 'a();\n  b();'],
    ['only whole ones before a guess', 'a();\n  b();\n  crazy();', { guessedFrom: ' crazy' }, 'a();\n  b();'],
    ['no block that is not closed', 'a();\n  if (b) {\n    c();\n  d', { end: 'canvas' }, 'a();'],
    ['the first line where nothing else stands', 'if (b) {\n    c();\n    d', { end: 'canvas' }, 'if (b) {'],
    ['a line break before the first line', '\n  if (b) {\n    c', { end: 'canvas' }, '\n  if (b) {'],
    ['part of a line where there is no other', 'return a.b', { end: 'canvas' }, 'return a.b'],
    ['a closed block', 'if (b) {\n    c();\n  }\n  d', { end: 'unsure' }, 'if (b) {\n    c();\n  }'],
  ];
  for (const [name, text, place, left] of cases) {
    test(name, () => assert.equal(middle(text, { ...multiline, ...place }).text, left));
  }
});

test('tokens are those of the text that is left, with their confidence and step', () => {
  const { text, tokens, stepsUsed, isWhole } = middle(' return a;\n}', { healed: ' return' });
  assert.equal(text, ' a;');
  assert.deepEqual(tokens, [
    { text: ' a', confidence: 0.9, step: 0 },
    { text: ';', confidence: 0.9, step: 0 },
  ]);
  assert.equal(stepsUsed, 1);
  assert.equal(isWhole, true);
});

test('bytes that are no character end the text', () => {
  const [first] = tokenizer.encode('\u{1f6f8}');
  const cut = tokenizer.decode([first!]);
  assert.match(cut, /\ufffd/);
  const canvas = new Canvas([MASK, MASK, MASK], {
    mask: MASK,
    endOfMiddle: EOM,
    temperature: 0,
    random: seededRandom(0),
  });
  canvas.write(
    [tokenizer.encode('a')[0]!, first!, tokenizer.encode('b')[0]!].map((id, position) => ({
      position,
      id,
      confidence: 1,
    })),
    0,
  );
  const left = middleOf(canvas, {
    tokenizer,
    healedBytes: 0,
    multiline: false,
    insideLine: false,
    openEnds: () => 'nothing',
    stopBelow: 0,
  });
  assert.equal(left.text, 'a');
});
