import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Snooze } from '../../../src/extension/runtime/snooze.js';

test('for some minutes, and then it ends by itself', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  let changes = 0;
  const snooze = new Snooze(() => changes++);
  assert.equal(snooze.end, undefined);
  snooze.start(5);
  assert.deepEqual([snooze.end, changes], [300_000, 1]);
  t.mock.timers.tick(299_999);
  assert.equal(snooze.end, 300_000);
  t.mock.timers.tick(1);
  assert.deepEqual([snooze.end, changes], [undefined, 2]);
});

test('for the session it does not end; a person can end it, and begin anew', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  const snooze = new Snooze(() => undefined);
  snooze.start(5);
  snooze.start(Number.POSITIVE_INFINITY);
  t.mock.timers.tick(24 * 3_600_000);
  assert.equal(snooze.end, Number.POSITIVE_INFINITY);
  snooze.wake();
  assert.equal(snooze.end, undefined);
});
