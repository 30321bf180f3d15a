import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyReport } from '../../../src/shared/outcome.js';
import { RequestLog, type RequestRecord, workOf } from '../../../src/extension/log/requestLog.js';

function record(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    time: 0,
    file: 'a.ts',
    languageId: 'typescript',
    trigger: 'automatic',
    outcome: 'none',
    source: 'editor',
    reason: 'cancelled',
    detail: '',
    ms: 1,
    candidates: 0,
    times: 1,
    ...changes,
  };
}

test('the latest ones are kept', () => {
  const log = new RequestLog(3);
  for (let ms = 0; ms < 5; ms++) {
    log.add(record({ ms, trigger: 'manual' }));
  }
  assert.deepEqual(
    log.records.map(({ ms }) => ms),
    [2, 3, 4],
  );
});

test('typing on does not push everything else out: equal automatic requests without a result are one record', () => {
  const log = new RequestLog();
  log.add(record({ time: 1 }));
  log.add(record({ time: 2 }));
  log.add(record({ time: 3, reason: 'empty' }));
  log.add(record({ time: 4, reason: 'empty', trigger: 'manual' }));
  log.add(record({ time: 5, reason: 'empty', trigger: 'manual' }));
  log.add(record({ time: 6, file: 'b.ts' }));
  assert.deepEqual(
    log.records.map(({ time, times }) => [time, times]),
    [
      [2, 2],
      [3, 1],
      [4, 1],
      [5, 1],
      [6, 1],
    ],
  );
});

test('listeners hear of each request until they are disposed', () => {
  const log = new RequestLog();
  const heard: number[] = [];
  const subscription = log.onAdd(({ times }) => heard.push(times));
  log.add(record());
  log.add(record());
  subscription.dispose();
  log.add(record());
  assert.deepEqual(heard, [1, 2]);
});

test('of a hosted model where it is is kept, and no steps that it does not have', () => {
  assert.deepEqual(workOf({ ...emptyReport(12), hosted: 'api.example.com' }, 8), { hosted: 'api.example.com' });
  assert.deepEqual(workOf(emptyReport(12), 8).steps, { requested: 8, used: 0 });
});
