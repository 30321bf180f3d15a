import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostedAddress } from '../../../../src/inference/hosted/forms/hostedAddress.js';

test('Inception has an address of its own, others have to be named', () => {
  assert.deepEqual(hostedAddress('inception', ''), { address: 'https://api.inceptionlabs.ai/v1' });
  assert.deepEqual(hostedAddress('openai', ''), { problem: 'missing' });
  assert.deepEqual(hostedAddress('inception', 'https://gateway.example.com/mercury/v1//'), {
    address: 'https://gateway.example.com/mercury/v1',
  });
});

test('what is not encrypted is asked on this machine only', () => {
  for (const url of ['http://127.0.0.1:8080/v1', 'http://localhost:8080/v1', 'http://[::1]:8080/v1']) {
    assert.deepEqual(hostedAddress('openai', url), { address: url });
  }
  for (const url of [
    'http://example.com/v1',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
  ]) {
    assert.deepEqual(hostedAddress('openai', url), { problem: 'not-encrypted' });
  }
});

test('an address bears neither a key nor anything behind its path', () => {
  for (const url of [
    'https://key@example.com',
    'https://u:p@example.com',
    'https://example.com/?k=1',
    'https://example.com/#a',
    'example.com',
    'file:///etc/passwd',
    'ftp://example.com',
  ]) {
    assert.deepEqual(hostedAddress('openai', url), { problem: 'no-address' }, url);
  }
});
