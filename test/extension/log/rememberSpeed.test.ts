import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestLog, type RequestRecord } from '../../../src/extension/log/requestLog.js';
import { rememberSpeed } from '../../../src/extension/log/rememberSpeed.js';

const RECORD: RequestRecord = {
  time: 0,
  file: 'a.ts',
  languageId: 'typescript',
  trigger: 'manual',
  outcome: 'suggested',
  source: 'model',
  detail: '',
  ms: 1,
  candidates: 1,
  times: 1,
};

test('the speed of the loaded model is written down once it is warm, and then now and then', () => {
  const requests = new RequestLog();
  const written: unknown[] = [];
  let folder = '/a';
  const { dispose } = rememberSpeed(requests, {
    latency: { stepMs: 7 },
    data: '/data',
    loaded: () => ({ folder, device: 'cpu' }),
    log: () => assert.fail(),
    record: async (...all) => void written.push(all),
  });
  const add = (count: number, source: RequestRecord['source'] = 'model'): void => {
    for (let i = 0; i < count; i++) {
      requests.add({ ...RECORD, source });
    }
  };
  add(4);
  add(100, 'cache');
  assert.deepEqual(written, []);
  add(1);
  assert.deepEqual(written, [['/data', '/a', { msPerStep: 7, device: 'cpu' }]]);
  add(49);
  assert.equal(written.length, 1);
  add(1);
  assert.equal(written.length, 2);
  folder = '/b';
  add(5);
  assert.deepEqual(written[2], ['/data', '/b', { msPerStep: 7, device: 'cpu' }]);
  dispose();
  add(100);
  assert.equal(written.length, 3);
});
