import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectGarbage } from '../../../src/inference/child/collectGarbage.js';

test('what nothing refers to is collected at once, and what is used stays', async () => {
  const used = { name: 'used' };
  const kept = new WeakRef(used);
  const lost = (() => new WeakRef({ name: 'lost', large: new Array<number>(100_000).fill(1) }))();
  await sleep(0); // a WeakRef holds its target for the turn that made it
  collectGarbage();
  assert.equal(lost.deref(), undefined);
  assert.equal(kept.deref(), used);
});
