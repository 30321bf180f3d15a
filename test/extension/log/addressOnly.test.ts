import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOnly } from '../../../src/extension/log/addressOnly.js';

test('of an address nothing is left that could be a key', () => {
  assert.equal(
    addressOnly('https://user:sk-secret@a.example.com:8443/v1?key=sk-secret#sk-secret'),
    'https://a.example.com:8443/v1',
  );
  assert.equal(addressOnly('sk-secret'), '(no address)');
  assert.equal(addressOnly('data:sk-secret'), '(no address)');
  assert.equal(addressOnly(''), '');
  assert.equal(addressOnly(undefined), undefined);
});
