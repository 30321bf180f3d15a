import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import { codeBefore } from '../../../../src/engine/text/codeBefore.js';
import { openEndsAfter } from '../../../../src/engine/text/openEnds.js';
import { stopEvidence } from '../../../../src/engine/infill/rules/stopEvidence.js';
import type { Prediction } from '../../../../src/engine/contract/model.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
const MASK = 16;
const EOM = 13;
const WEIGHT = 0.8;

/** `prefix|middle so far|suffix`. Answers the probability of `<eom>` when the encoder expects `next` with probability 0.6. */
function endProbability(drawn: string, next: string, languageId = 'typescript', tabWidth = 4): number {
  const [prefix, middle, suffix] = drawn.split('|') as [string, string, string];
  const canvas = new Canvas(new Array<number>(16).fill(MASK), {
    mask: MASK,
    endOfMiddle: EOM,
    temperature: 0,
    random: seededRandom(0),
  });
  canvas.write(
    tokenizer.encode(middle).map((id, position) => ({ position, id, confidence: 1 })),
    0,
  );
  canvas.takeLeading();
  const ids = [...tokenizer.encode(next).slice(0, 1), ...tokenizer.encode(' other')];
  const logProbs = [0.6, 0.3].map(Math.log);
  const row: Prediction = {
    position: 0,
    ids: [...ids, EOM],
    logProbs: [...logProbs, Math.log(0.01)],
    entropy: 1.1,
    encoder: { ids, logProbs },
  };
  const refine = stopEvidence({
    weight: WEIGHT,
    endOfMiddle: EOM,
    tokenizer,
    prefix,
    suffix,
    suffixIds: tokenizer.encode(suffix),
    openEnds: openEndsAfter(codeBefore({ prefix, prefixOffset: 0, languageId })),
    tabWidth,
    healedBytes: 0,
  });
  const [refined] = refine([row], canvas);
  return Math.exp(refined!.logProbs[refined!.ids.indexOf(EOM)]!);
}

const stops = (drawn: string, next: string, language?: string): boolean => endProbability(drawn, next, language) > 0.4;

describe('the encoder expects what the suffix begins with', () => {
  const cases: [name: string, drawn: string, next: string, stops: boolean, language?: string][] = [
    ['the closing bracket', 'f(|a|);\n', ')', true],
    ['bracket and more', 'f(|a|);\n', ');', true],
    ['bracket, then something else: the middle is left all the same', 'f(|a|);\n', '),', true],
    ['the closing quote', 'f("|abc|");\n', '"', true],
    ['a word', 'const |a|= 1', '=', true],
    ['something else', 'f(|a|);\n', ',', false],
    ['a bracket that the middle opened itself', 'f(|g(a|);\n', ')', false],
    ['after closing it', 'f(|g(a)|);\n', ')', true],
    ['a quote that the middle opened itself', 'f(|"a|"b");\n', '"', false],
    ['a quote that closes what was open at the cursor', 'f("|a" + "b|");\n', '"', true],
    ['a blank', 'a|b| = 1', ' ', false],
    ['a line end that leaves the block', 'if (a) {\n  |b();|\n}\n', '\n', true],
    ['a line end in the block', 'if (a) {\n  |b();|\n  c();\n}\n', '\n ', false],
    ['a line end to somewhere else', 'if (a) {\n  |b();|\n}\n', '\n  ', false],
    ['a line end that leaves a Python block', 'def f():\n    |return 1|\n\nprint(1)\n', '\n\n', false, 'python'],
  ];
  for (const [name, drawn, next, expected, language] of cases) {
    test(`${name}: ${expected ? 'stops' : 'goes on'}`, () => assert.equal(stops(drawn, next, language), expected));
  }

  test("a tab is as wide as the document's", () => {
    const drawn = 'if (a) {\n      |b();|\n\tc();\n';
    assert.ok(endProbability(drawn, '\n', 'typescript', 4) > 0.4, 'further out');
    assert.ok(endProbability(drawn, '\n', 'typescript', 8) < 0.4, 'further in');
  });

  test('counts half while nothing is written', () => {
    assert.ok(Math.abs(endProbability('f(||);\n', ')') - (0.01 + (WEIGHT / 2) * 0.6)) < 1e-9);
    assert.ok(Math.abs(endProbability('f(|a|);\n', ')') - (0.01 + WEIGHT * 0.6)) < 1e-9);
  });
});

test('only position 0 knows: other rows and rows without the encoder stay', () => {
  const row: Prediction = { position: 1, ids: tokenizer.encode(')'), logProbs: [-0.1], entropy: 1 };
  const canvas = new Canvas([5, MASK], { mask: MASK, endOfMiddle: EOM, temperature: 0, random: seededRandom(0) });
  const refine = stopEvidence({
    weight: 1,
    endOfMiddle: EOM,
    tokenizer,
    prefix: 'f(',
    suffix: ')',
    suffixIds: [],
    openEnds: () => 'nothing',
    tabWidth: 4,
    healedBytes: 0,
  });
  assert.deepEqual(refine([row], canvas), [row]);
});
