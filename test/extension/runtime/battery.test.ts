import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Battery } from '../../../src/extension/runtime/battery.js';
import type { PowerSource } from '../../../src/inference/host/powerSource.js';

interface Watched {
  readonly battery: Battery;
  readonly seen: { reads: number; changes: number; source: PowerSource; isTyping: boolean };
  readonly pass: (ms: number) => Promise<void>;
}

function watched(t: TestContext): Watched {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  const seen: Watched['seen'] = { reads: 0, changes: 0, source: 'mains', isTyping: false };
  const battery = new Battery({
    read: async () => {
      seen.reads++;
      return Promise.resolve(seen.source);
    },
    isTyping: () => seen.isTyping,
    onChange: () => seen.changes++,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1000) {
      t.mock.timers.tick(Math.min(left, 1000));
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
  };
  return { battery, seen, pass };
}

test('nothing is read before somebody wants to know', async (t) => {
  const { battery, seen, pass } = watched(t);
  battery.want(false);
  await pass(600_000);
  assert.deepEqual([seen.reads, battery.isUsed], [0, false]);
});

test('it is read at most once a minute, also where the setting is switched to and fro', async (t) => {
  const { battery, seen, pass } = watched(t);
  for (let i = 0; i < 10; i++) {
    battery.want(true);
    await pass(1000);
    battery.want(false);
  }
  assert.equal(seen.reads, 1);
  battery.want(true);
  await pass(300_000);
  const { reads } = { ...seen } as { reads: number };
  assert.ok(reads >= 5 && reads <= 7, String(reads));
});

test('a change is told, once', async (t) => {
  const { battery, seen, pass } = watched(t);
  battery.want(true);
  await pass(1000);
  const { changes } = seen;
  seen.source = 'battery';
  await pass(180_000);
  assert.deepEqual([battery.isUsed, seen.changes], [true, changes + 1]);
  seen.source = 'mains';
  await pass(60_000);
  assert.equal(battery.isUsed, false);
});

test('never while a person types, and soon afterwards', async (t) => {
  const { battery, seen, pass } = watched(t);
  seen.isTyping = true;
  battery.want(true);
  await pass(300_000);
  assert.equal(seen.reads, 0);
  seen.isTyping = false;
  await pass(5000);
  assert.equal(seen.reads, 1);
});

test('what cannot be told is no battery', async (t) => {
  const { battery, seen, pass } = watched(t);
  seen.source = undefined;
  battery.want(true);
  await pass(1000);
  assert.deepEqual([seen.reads, battery.isUsed], [1, false]);
});
