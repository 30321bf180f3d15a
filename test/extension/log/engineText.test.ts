import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineText } from '../../../src/extension/log/engineText.js';
import { lowConfidence } from '../../../src/shared/lowConfidence.js';
import { engineSentences } from '../engineSentences.js';
import { plainLocalizer } from '../plainLocalizer.js';
import { readJson } from '../sourceFiles.js';

const GERMAN = readJson('l10n/bundle.l10n.de.json') as Readonly<Record<string, string>>;
const german = {
  t: (message: string, ...args: (string | number | boolean)[]) => plainLocalizer.t(GERMAN[message] ?? message, ...args),
};

test('what the engine says with numbers is found in the bundle', () => {
  assert.equal(engineText(lowConfidence(0.13, 0.15), german), 'Konfidenz 13\u00a0%, Minimum 15\u00a0%.');
  assert.equal(
    engineText('12 of 40 tokens were tried, in 5 places.', german),
    '12 von 40 Token wurden versucht, an 5 Stellen.',
  );
  assert.equal(engineText('Confidence 83%, length 1.', plainLocalizer), 'Confidence 83%, length 1.');
});

test('every sentence that an outcome can bring is translated', async () => {
  const sentences = await engineSentences();
  assert.ok(sentences.length > 25 && sentences.includes('Confidence {0}%, minimum {1}%.'));
  for (const sentence of sentences) {
    const said = plainLocalizer.t(sentence, 3, 4, 5);
    assert.notEqual(engineText(said, german), said);
  }
});

test('what is in words already stays as it is, also a pattern with numbers in braces', () => {
  for (const text of [
    '',
    'Sie entspricht **/*.p12 in infill.excludedFiles.',
    'It matches **/*.{1,2} in infill.excludedFiles.',
  ]) {
    assert.equal(engineText(text, german), text);
  }
});
