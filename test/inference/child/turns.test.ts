import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from '../../../src/inference/child/turns.js';

void describe('turns', () => {
  it('are taken one after the other, in the order of coming, whatever becomes of each', async () => {
    const turns = new Turns();
    const events: string[] = [];
    const take = (name: string, ms: number): Promise<void> =>
      turns.take(async () => {
        events.push(`${name} begins`);
        await sleep(ms);
        events.push(`${name} ends`);
        if (name === 'b') throw new Error('no');
      });
    let idle = 0;
    turns.onIdle(() => idle++);
    const all = [take('a', 20), take('b', 5), take('c', 0)];
    assert.equal(turns.isBusy, true);
    assert.deepEqual(
      (await Promise.allSettled(all)).map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(events, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    assert.equal(turns.isBusy, false);
    assert.equal(idle, 1);
  });

  it('are given up at once by who no longer wants one, and the next waits for those before', async () => {
    const turns = new Turns();
    const events: string[] = [];
    let finish = (): void => undefined;
    const first = turns.take(() => new Promise<void>((resolve) => (finish = resolve)));
    const abort = new AbortController();
    const second = turns.take(async () => void events.push('second'), abort.signal);
    const third = turns.take(async () => void events.push('third'));
    abort.abort();
    await assert.rejects(second, { code: 'cancelled' });
    await sleep(10);
    assert.deepEqual(events, []);
    finish();
    await Promise.all([first, third]);
    assert.deepEqual(events, ['third']);
  });
});
