import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterMs } from '../../../src/inference/choice/retryAfter.js';

const NOW = Date.parse('Fri, 31 Dec 1999 23:59:00 GMT');
const said = (value?: string): number | undefined =>
  retryAfterMs(new Headers(value === undefined ? {} : { 'retry-after': value }), () => NOW);

test('a pause comes in seconds or as a date, and no longer than an hour', () => {
  assert.equal(said('7'), 7000);
  assert.equal(said('Fri, 31 Dec 1999 23:59:59 GMT'), 59_000);
  assert.equal(said('Fri, 31 Dec 1999 23:00:00 GMT'), 0);
  assert.equal(said('999999999'), 3_600_000);
  assert.equal(said('soon'), undefined);
  assert.equal(said(), undefined);
});
