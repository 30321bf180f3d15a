import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { clientOf } from '../../../src/server/turns/clientOf.js';
import { FairTurns, NoTurnError, type TurnLimits } from '../../../src/server/turns/fairTurns.js';
import type { Client } from '../../../src/server/turns/turnOrder.js';

const LIMITS: TurnLimits = { most: 20, mostOfOne: 10, longestWaitMs: 5000 };
const NEVER = new AbortController().signal;

const client = (key: string, wantsNewest = false, address = ''): Client => ({ address, key, wantsNewest });

/** Asks and says what became of it. */
async function outcome(turns: FairTurns, who: Client, work: (signal: AbortSignal) => Promise<string>, signal = NEVER) {
  try {
    return await turns.take(who, signal, work);
  } catch (error) {
    if (error instanceof NoTurnError) return error.reason;
    throw error;
  }
}

describe('turns', () => {
  test('one computes at a time, each client in its order, and clients in turn', async () => {
    const turns = new FairTurns(LIMITS);
    const order: string[] = [];
    let computing = 0;
    const work = (name: string) => async (): Promise<string> => {
      assert.equal(++computing, 1);
      order.push(name);
      await sleep(1);
      computing--;
      return name;
    };
    const asked = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => outcome(turns, client(name[0]!), work(name)));
    assert.deepEqual(await Promise.all(asked), ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']);
    assert.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    assert.equal(turns.waiting, 0);
    assert.equal(turns.isComputing, false);
  });

  test('whatever comes and goes, nobody waits while nothing computes, and every request ends', async () => {
    const request = fc.record({
      who: fc.constantFrom('a', 'b', 'c'),
      wantsNewest: fc.boolean(),
      leavesAfter: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
      takes: fc.integer({ min: 0, max: 3 }),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
        const turns = new FairTurns({ ...LIMITS, most: 6, mostOfOne: 3 });
        let computing = 0;
        const ends = requests.map(async ({ who, wantsNewest, leavesAfter, takes, fails }) => {
          const leave = new AbortController();
          if (leavesAfter !== undefined) setTimeout(() => leave.abort(), leavesAfter);
          const work = async (): Promise<string> => {
            assert.equal(++computing, 1);
            await sleep(takes);
            computing--;
            if (fails) throw new Error('failed');
            return 'done';
          };
          return outcome(turns, client(who, wantsNewest), work, leave.signal).catch((error: unknown) => String(error));
        });
        for (const end of await Promise.all(ends)) {
          assert.ok(['done', 'Error: failed', 'too-many', 'superseded', 'withdrawn'].includes(end), end);
        }
        assert.equal(turns.waiting, 0);
        assert.equal(turns.isComputing, false);
        assert.equal(await outcome(turns, client('z'), () => Promise.resolve('done')), 'done');
      }),
      { numRuns: 60 },
    );
  });

  test('who wants the newest gets no other, and the one that computes is told to stop', async () => {
    const turns = new FairTurns(LIMITS);
    const editor = client('editor', true);
    const untilStopped = (signal: AbortSignal): Promise<string> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped'), { once: true }));
    const first = outcome(turns, editor, untilStopped);
    const other = outcome(turns, client('other'), () => Promise.resolve('other'));
    await sleep(1);
    const second = outcome(turns, editor, () => Promise.resolve('second'));
    const third = outcome(turns, editor, () => Promise.resolve('third'));
    assert.deepEqual(await Promise.all([first, other, second, third]), ['superseded', 'other', 'superseded', 'third']);
  });

  test('waiting is bounded, for all together and for each, and the refusal says when to come again', async () => {
    const turns = new FairTurns({ most: 3, mostOfOne: 2, longestWaitMs: 20 });
    let finish = (): void => undefined;
    const running = outcome(turns, client('a'), () => new Promise((resolve) => (finish = () => resolve('a'))));
    const waiting = ['b', 'b', 'c'].map((name) => outcome(turns, client(name), () => Promise.resolve(name)));
    await assert.rejects(
      turns.take(client('b'), NEVER, () => Promise.resolve('b')),
      (error: unknown) => error instanceof NoTurnError && error.reason === 'too-many' && error.retryAfter >= 1,
    );
    const [d, e] = ['d', 'e'].map((name) => outcome(turns, client(name), () => Promise.resolve(name)));
    assert.equal(await e, 'too-many', 'the others wait for one each');
    assert.equal(await d, 'waited-too-long');
    assert.deepEqual(await Promise.all(waiting), ['waited-too-long', 'too-many', 'waited-too-long']);
    finish();
    assert.equal(await running, 'a');
  });

  test('whoever takes many names gets no more turns than another machine, and no more places', async () => {
    const turns = new FairTurns({ ...LIMITS, most: 4 });
    const order: string[] = [];
    let finish = (): void => undefined;
    const work = (name: string) => (): Promise<string> => {
      order.push(name);
      return Promise.resolve(name);
    };
    const running = outcome(turns, client('h'), () => new Promise((resolve) => (finish = () => resolve('h'))));
    const many = ['h1', 'h2', 'h3', 'h4', 'h5'].map((name) => outcome(turns, client(name), work(name)));
    assert.equal(await many[4], 'too-many');
    const good = outcome(turns, client('good', false, '10.0.0.2'), work('good'));
    assert.equal(await many[3], 'too-many', 'the newest of whoever has most makes room');
    finish();
    assert.deepEqual(await Promise.all([running, good, ...many.slice(0, 3)]), ['h', 'good', 'h1', 'h2', 'h3']);
    assert.deepEqual(order, ['good', 'h1', 'h2', 'h3'], 'it has waited for what computed, and for nothing else');
  });

  test('a client that waits for much makes room for one that waits for nothing', async () => {
    const turns = new FairTurns({ ...LIMITS, most: 3, mostOfOne: 3 });
    let finish = (): void => undefined;
    const running = outcome(turns, client('a'), () => new Promise((resolve) => (finish = () => resolve('a'))));
    const many = [1, 2, 3].map((number) => outcome(turns, client('a'), () => Promise.resolve(String(number))));
    const other = outcome(turns, client('b'), () => Promise.resolve('b'));
    await sleep(1);
    finish();
    assert.deepEqual(await Promise.all([running, other, ...many]), ['a', 'b', '1', '2', 'too-many']);
  });

  test('a request is superseded even where its work has not begun, and what its work throws then is no fault', async () => {
    const turns = new FairTurns(LIMITS);
    const editor = client('editor', true);
    const never = outcome(turns, editor, () => Promise.reject(new Error('begun')));
    assert.equal(await outcome(turns, editor, () => Promise.resolve('newest')), 'newest');
    assert.equal(await never, 'superseded');
    const throws = outcome(turns, editor, async (signal) => {
      await sleep(5);
      signal.throwIfAborted();
      return 'not stopped';
    });
    await sleep(1);
    assert.equal(await outcome(turns, editor, () => Promise.resolve('newest')), 'newest');
    assert.equal(await throws, 'superseded');
    const leave = new AbortController();
    const left = outcome(turns, client('a'), () => sleep(5).then(() => Promise.reject(new Error('x'))), leave.signal);
    await sleep(1);
    leave.abort();
    assert.equal(await left, 'withdrawn');
  });

  test('closing finishes what computes, and nothing else', async () => {
    const turns = new FairTurns(LIMITS);
    const running = outcome(turns, client('a'), () => sleep(10, 'finished'));
    const waiting = outcome(turns, client('b'), () => Promise.resolve('b'));
    await turns.close();
    assert.deepEqual(await Promise.all([running, waiting]), ['finished', 'closed']);
    assert.equal(await outcome(turns, client('c'), () => Promise.resolve('c')), 'closed');
  });
});

test('a client is who says so in the header, or whoever is at an address with a program', () => {
  const of = (headers: Record<string, string>, address = '10.0.0.1', isBehindProxy = false) =>
    clientOf((name) => new Map(Object.entries(headers)).get(name), address, isBehindProxy);
  assert.deepEqual(of({ 'x-infill-client': 'window 1' }), {
    address: '10.0.0.1',
    key: 'named window 1',
    wantsNewest: true,
  });
  assert.equal(of({ 'user-agent': 'curl/8' }).wantsNewest, false);
  assert.notEqual(of({ 'user-agent': 'curl/8' }).key, of({ 'user-agent': 'curl/9' }).key);
  assert.notEqual(of({}).address, of({}, '10.0.0.2').address);
  const forwarded = { 'x-forwarded-for': '1.2.3.4, 5.6.7.8' };
  assert.equal(of(forwarded).address, '10.0.0.1', 'anybody can say so');
  assert.equal(of(forwarded, '10.0.0.1', true).address, '5.6.7.8', 'the proxy says it');
});
