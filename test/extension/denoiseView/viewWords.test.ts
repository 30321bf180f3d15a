import assert from 'node:assert/strict';
import { test } from 'node:test';
import { viewWords } from '../../../src/extension/denoiseView/viewWords.js';
import { WORDS } from '../../../src/view/words.js';

test('what is translated for the denoise view is what its page says in English', () => {
  assert.deepEqual(viewWords({ t: (message) => message }), WORDS);
});
