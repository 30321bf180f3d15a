import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureMachine, undisturbed } from '../../../../src/engine/network/runtime/machineProbe.js';

test('a machine computes and reads at a rate that machines have', async () => {
  const { threads, ...rates } = await measureMachine(1);
  assert.equal(threads, 1);
  for (const [name, rate] of Object.entries(rates)) {
    // From a slow phone to a large server, a second.
    assert.ok(rate > 1e9 && rate < 1e14, `${name}: ${String(rate)}`);
  }
});

test('a run that waited for others counts by what it computed itself', () => {
  assert.equal(undisturbed(0.1, 0.09), 0.1);
  assert.equal(undisturbed(0.3, 0.09), 0.09);
  assert.equal(undisturbed(0.3, 0), 0.3, 'a system that counts too coarsely');
});
