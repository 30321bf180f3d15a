import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import { logRequests } from '../../../src/extension/log/logRequests.js';
import { RequestLog, workOf } from '../../../src/extension/log/requestLog.js';
import { NO_PASSES, type RunReport } from '../../../src/shared/outcome.js';

const REPORT: RunReport = {
  stepsUsed: 3,
  passes: { ...NO_PASSES, denoise: { count: 1, ms: 24.6 }, verify: { count: 2, ms: 31 }, rank: { count: 2, ms: 5.16 } },
  canvasSize: 32,
  ms: { tokenize: 1, context: 4, steps: [25, 15, 16], postprocess: 1, total: 70 },
  encodedTokens: 1,
  reusedTokens: 2,
};
const RECORD = {
  time: 0,
  file: 'a.ts',
  languageId: 'typescript',
  trigger: 'automatic',
  outcome: 'suggested',
  source: 'model',
  detail: '',
  ms: 70.4,
  candidates: 1,
} as const;

test('the log tells passes of each kind with their milliseconds, and a deadline that ended the run', () => {
  const requests = new RequestLog();
  const lines: string[] = [];
  const log = { info: (text: string) => lines.push(text), trace: (text: string) => lines.push(`trace: ${text}`) };
  const subscription = logRequests(requests, log as unknown as vscode.LogOutputChannel);
  requests.add({ ...RECORD, ...workOf(REPORT, 8) });
  requests.add({ ...RECORD, ...workOf({ ...REPORT, stoppedBy: 'deadline' }, 8) });
  requests.add({ ...RECORD, names: { count: 3, waitedMs: 4.4, isLate: false } });
  requests.add({ ...RECORD, names: { count: 0, waitedMs: 60, isLate: true } });
  requests.add({ ...RECORD, source: 'cache' });
  subscription.dispose();
  const passes = 'passes: 1 denoise 25 ms, 2 verify 31 ms, 2 rank 5.2 ms';
  assert.deepEqual(lines, [
    `automatic in a.ts: 1 suggested (model, 3 of 8 steps, ${passes}, 70 ms)`,
    `automatic in a.ts: 1 suggested (model, 3 of 8 steps, ${passes}, stopped by the deadline, 70 ms)`,
    'automatic in a.ts: 1 suggested (model, 3 names after 4 ms, 70 ms)',
    'automatic in a.ts: 1 suggested (model, no names after 60 ms, 70 ms)',
    'trace: automatic in a.ts: 1 suggested (cache, 70 ms)',
  ]);
});
