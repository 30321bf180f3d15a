import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { topTokenAgreement } from '../../src/engine/compareModels.js';

const TINY = path.join(import.meta.dirname, '../fixtures/tiny');
const [fp32, int8] = [path.join(TINY, 'fp32'), path.join(TINY, 'int8')];
const signal = new AbortController().signal;

test('a model agrees with itself everywhere, and with its quantised twin almost everywhere', async () => {
  const done: number[] = [];
  const same = await topTokenAgreement(fp32, fp32, {
    signal,
    onPositions: (count, total) => {
      done.push(count);
      assert.ok(count <= total);
    },
  });
  assert.ok(same.positions > 300);
  assert.equal(same.agreeing, same.positions);
  assert.equal(done.at(-1), 2 * same.positions);
  const quantised = await topTokenAgreement(int8, fp32, { signal, onPositions: () => {} });
  assert.equal(quantised.positions, same.positions);
  assert.ok(quantised.agreeing < same.positions, 'a comparison that cannot fail says nothing');
  assert.ok(quantised.agreeing > 0.7 * same.positions);
});

test('it stops when it is cancelled', async () => {
  const cancel = new AbortController();
  await assert.rejects(topTokenAgreement(fp32, fp32, { signal: cancel.signal, onPositions: () => cancel.abort() }), {
    name: 'AbortError',
  });
});
