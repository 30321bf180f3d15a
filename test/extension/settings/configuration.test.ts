import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { rawSettings } = await import('../../../src/extension/settings/configuration.js');

test('diagnostics show of the excluded files only what a person has changed', () => {
  fake.defaults['excludedFiles'] = { '**/.env*': true, '**/*.pem': true };
  fake.configuration['excludedFiles'] = { '**/.env*': true, '**/*.pem': false, 'mine/**': true };
  fake.configuration['steps'] = 4;
  assert.deepEqual(rawSettings(['excludedFiles', 'steps', 'model']), {
    'infill.excludedFiles': { '**/*.pem': false, 'mine/**': true },
    'infill.steps': 4,
    'infill.model': undefined,
  });
});
