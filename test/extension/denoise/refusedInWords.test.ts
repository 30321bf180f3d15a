import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedInWords, whyInWords } from '../../../src/extension/denoise/refusedInWords.js';
import { REFUSED_REASONS, type RefusedChange } from '../../../src/shared/outcome.js';
import { plainLocalizer } from '../plainLocalizer.js';

const CHANGE: RefusedChange = {
  span: { start: 10, end: 11 },
  before: '-',
  text: '+',
  logProbs: { before: -3, text: -5 },
  why: 'not-likelier',
};

test('lists what was tried with its line, both texts and the reason', () => {
  const selection = 'let a;\r\na = b - c;\r\n';
  const refused: RefusedChange[] = [
    { ...CHANGE, span: { start: 14, end: 15 } },
    { span: { start: 18, end: 18 }, before: '', text: '\n  if (a) {', why: 'structure' },
  ];
  assert.equal(
    refusedInWords(refused, { name: 'src/a.ts', selection, firstLine: 7 }, plainLocalizer),
    `What was tried in src/a.ts, and why it was not proposed

1. Line 8
   as it is:
      -
   tried:
      +
   The model finds your text 7.4 times as likely (log probability with the text after it: -3.00 as it is, -5.00 with the change).

2. Line 8
   as it is:
      (nothing)
   tried:
      
        if (a) {
   Brackets, quotes, line breaks or indentation would no longer match.
`,
  );
});

test('a change that is likelier, but not by enough, is said to be that', () => {
  const why = (before: number, text: number): string =>
    whyInWords({ ...CHANGE, logProbs: { before, text } }, plainLocalizer);
  assert.match(why(-5, -4.9), /^The model finds it 1\.1 times as likely, which is not enough \(/);
  assert.match(why(-5, -5), /^The model finds your text 1\.0 times as likely/);
  assert.match(why(-5, -9), /your text 55 times as likely/);
  assert.match(why(-5, -90), /your text more than 1000 times as likely/);
});

test('each reason has its own sentence, also where nothing was read', () => {
  const { logProbs: _, ...unread } = CHANGE;
  const sentences = REFUSED_REASONS.map((why) => whyInWords({ ...unread, why }, plainLocalizer));
  assert.equal(new Set(sentences).size, REFUSED_REASONS.length);
});

test('what acts instead of being seen is made visible', () => {
  const text = refusedInWords(
    [{ ...CHANGE, text: 'a\u202eb', why: 'foreign-text' }],
    { name: 'a\u001b.ts', selection: 'x = y;     ', firstLine: 1 },
    plainLocalizer,
  );
  assert.ok(text.includes('a\\u202eb') && text.includes('a\\x1b.ts'), text);
});
