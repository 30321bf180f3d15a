import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insteadInWords, placeInWords, placeSetting } from '../../../src/extension/log/placeInWords.js';
import { plainLocalizer } from '../plainLocalizer.js';

const READY = { kind: 'ready', detail: '' } as const;

test('each place leads to its own setting, also while this computer stands in for it', () => {
  const hosted = { kind: 'hosted', name: 'api.example.com' } as const;
  const server = { kind: 'server', name: 'gpu.example.com' } as const;
  assert.equal(placeSetting({ ...READY, place: hosted }), 'infill.hosted.provider');
  assert.equal(placeSetting({ ...READY, insteadOf: hosted }), 'infill.hosted.provider');
  assert.equal(placeSetting({ ...READY, place: server }), 'infill.server.url');
  assert.equal(placeSetting({ ...READY, insteadOf: server }), 'infill.server.url');
  assert.equal(placeSetting(READY), undefined);
});

test('where nothing is sent, nothing is said', () => {
  assert.equal(placeInWords(READY, plainLocalizer), undefined);
  assert.equal(insteadInWords(READY, plainLocalizer), undefined);
});
