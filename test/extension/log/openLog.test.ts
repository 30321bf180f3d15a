import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { openLog } = await import('../../../src/extension/log/openLog.js');

const written: unknown[][] = [];
const channel = {
  name: 'Infill',
  logLevel: 3,
  ...Object.fromEntries(
    ['trace', 'debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (...parts: unknown[]): void => {
        written.push([level, ...parts]);
      },
    ]),
  ),
};
Object.assign(fake.window, { createOutputChannel: () => channel });

test('no absolute path comes into the log, not in the stack of a cause either', () => {
  const log = openLog();
  const cause = new Error('ENOENT: /srv/models/mine/manifest.json');
  cause.stack = 'Error: no\n    at load (/srv/infill/dist/worker.cjs:3:14)';
  log.error('No manifest.json in /srv/models/mine.', cause);
  assert.deepEqual(written.pop(), [
    'error',
    'No manifest.json in …/mine.',
    'Error: no\n    at load (…/worker.cjs:3:14)',
  ]);
  log.warn('stays', '');
  assert.deepEqual(written.pop(), ['warn', 'stays']);
});

test('what is not written at the level that is set costs nothing', () => {
  const log = openLog();
  log.trace('every key');
  log.debug('a line of the process');
  assert.equal(written.length, 0);
  channel.logLevel = 1;
  log.trace('every key');
  assert.deepEqual(written.pop(), ['trace', 'every key']);
  channel.logLevel = 0;
  log.error('off');
  assert.equal(written.length, 0);
});
