import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimatedTokens, strengthInWords, tokensInWords } from '../../../src/extension/denoise/strengthInWords.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('says how many tokens may be redone, and whether they were counted', () => {
  const counted = { count: 40, isExact: true };
  assert.equal(tokensInWords(0.1, counted, plainLocalizer), '4 of 40 tokens');
  assert.equal(tokensInWords(1, counted, plainLocalizer), '40 of 40 tokens');
  assert.equal(tokensInWords(0.1, { count: 3, isExact: true }, plainLocalizer), '1 of 3 tokens');
  assert.equal(tokensInWords(0.5, estimatedTokens('x'.repeat(330)), plainLocalizer), 'about 50 of 100 tokens');
  assert.deepEqual(estimatedTokens('x'), { count: 1, isExact: false });
});

test('says what a low, a middle and the whole strength does', () => {
  const sentences = [0.1, 0.5, 1].map((strength) => strengthInWords(strength, plainLocalizer));
  assert.deepEqual(sentences, [
    'Only the least likely words are rewritten.',
    'Up to 50% of the text is rewritten, least likely parts first.',
    'Everything may be rewritten. Only what is likelier is proposed.',
  ]);
});
