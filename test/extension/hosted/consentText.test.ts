import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consentText } from '../../../src/extension/hosted/consentText.js';
import { SENT_SIZES } from '../../../src/inference/hosted/forms/hostedModel.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('the dialog names to whom, what, when, and what never', () => {
  const model = { provider: 'inception', address: 'https://api.inceptionlabs.ai/v1', model: 'mercury-edit-2' } as const;
  const { question, detail } = consentText(model, plainLocalizer);
  assert.equal(question, 'Send text from your files to api.inceptionlabs.ai?');
  for (const told of [
    'mercury-edit-2 at api.inceptionlabs.ai (Inception)',
    'While you type',
    `${SENT_SIZES.before} characters before your cursor`,
    `${SENT_SIZES.after} after it`,
    `the selected text, up to ${SENT_SIZES.selection} characters`,
    'never sends excluded files',
    'Turn Off Hosted Model',
  ]) {
    assert.ok(detail.includes(told), told);
  }
});
