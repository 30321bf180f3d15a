import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DiagnosticFacts, diagnosticsText } from '../../../src/extension/log/diagnostics.js';
import { NO_PASSES } from '../../../src/shared/outcome.js';
import { InfillError } from '../../../src/shared/infillError.js';

const FACTS: DiagnosticFacts = {
  versions: { Infill: '0.1.0', 'VS Code': '1.104.0' },
  machine: { CPU: 'A 9000', Memory: '16.0 GiB, 3.1 GiB free' },
  otherProviders: ['a.b 1.2, active (known for it)', 'c.d, not active (declares inlineCompletionsAdditions)'],
  settings: {
    'infill.model': '/home/ann/models/mine',
    '[python]': { 'infill.enabled': false },
    'infill.excludedFiles': { '/data/ann/x': true, '**/annual': true },
  },
  worker: {
    kind: 'failed',
    detail: 'No manifest.json in /home/ann/models/mine.',
    error: new InfillError('model-missing', 'No manifest.json in /home/ann/models/mine.', 'Set infill.model.'),
  },
  workerMemory: { bytes: 300 * 2 ** 20, windows: 2 },
  project: {
    mode: 'on',
    stats: { documents: 312, units: 2 ** 22, bytes: 2 ** 24, leftOut: 30, waiting: 1 },
    progress: { waiting: 4, leftOut: { large: 2, binary: 7, minified: 1 }, beyondLimit: 5 },
  },
  stepMs: 8.25,
  activationMs: 3.21,
  records: [
    {
      time: Date.UTC(2026, 0, 2, 3, 4, 5),
      file: 'src/private-name.ts',
      languageId: 'typescript',
      trigger: 'automatic',
      outcome: 'none',
      source: 'model',
      reason: 'already-there',
      detail: 'it equals "const password"',
      ms: 41.6,
      candidates: 0,
      steps: { requested: 16, used: 7 },
      passes: { ...NO_PASSES, denoise: { count: 2, ms: 21.4 }, verify: { count: 5, ms: 8.04 } },
      stoppedBy: 'deadline',
      times: 3,
    },
  ],
  home: '/home/ann',
  userName: 'ann',
};

test('says what runs here and what happened', () => {
  const text = diagnosticsText(FACTS);
  assert.match(text, /- Infill: 0\.1\.0/);
  assert.match(text, /model-missing: No manifest\.json in ~\/models\/mine\. Set infill\.model\./);
  assert.match(text, /300 MiB \(shared, windows that use it: 2\)/);
  const alone = diagnosticsText({ ...FACTS, workerMemory: { bytes: 2 ** 20, windows: undefined } });
  assert.match(alone, /1 MiB \(of this window alone\)/);
  assert.match(text, /- CPU: A 9000\n- Memory: 16\.0 GiB, 3\.1 GiB free\n/);
  assert.match(text, /VS Code does not tell\): a\.b 1\.2, active \(known for it\); c\.d, not active/);
  assert.match(text, /"\[python\]": \{\s+"infill\.enabled": false/);
  assert.match(
    text,
    /- Project: on, 312 documents, 4\.0 MB of text in 16\.0 MB, 5 waiting; left out: 2 large, 7 binary, 1 minified, 35 beyond the limit/,
  );
  assert.match(
    text,
    /\| 03:04:05 \| typescript \| automatic \| already-there \| model \| 42 \| 7\/16 \| 3 \| 2 denoise 21 ms, 5 verify 8\.0 ms; stopped by the deadline \|/,
  );
});

test('says nothing about the person or the files', () => {
  const text = diagnosticsText(FACTS);
  assert.doesNotMatch(text, /private-name|password|home\/ann|\/ann\//);
  assert.match(text, /"…\/x": true/); // no absolute path is left
  assert.match(text, /annual/); // only whole path segments are names
});

test('home folders of Windows, as JSON writes them', () => {
  const home = String.raw`C:\Users\Ann`;
  const text = diagnosticsText({ ...FACTS, settings: { 'infill.model': `${home}\\models` }, home, userName: 'Ann' });
  assert.doesNotMatch(text, /Users/);
});

test('says where answers come from, if not from here', () => {
  const place = { kind: 'hosted', name: 'api.example.com' } as const;
  const [record] = FACTS.records;
  assert.ok(record !== undefined);
  const text = diagnosticsText({
    ...FACTS,
    worker: { kind: 'ready', detail: '', place },
    records: [{ ...record, hosted: 'api.example.com' }],
  });
  assert.match(text, /^- Computed on: hosted api\.example\.com$/m);
  assert.match(text, /\| hosted \| 42 \|/);
  assert.doesNotMatch(diagnosticsText(FACTS), /Computed on/);
});
