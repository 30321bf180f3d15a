import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type StatusFacts, statusView } from '../../../src/extension/status/statusView.js';
import { NO_PASSES } from '../../../src/shared/outcome.js';
import { InfillError } from '../../../src/shared/infillError.js';
import { plainLocalizer } from '../plainLocalizer.js';

const INFO = {
  name: 'infill-code-135m',
  version: '0.1.0',
  license: 'Apache-2.0',
  device: 'cpu',
  deviceNote: '',
  threads: 2,
  loadMs: 700,
  steps: { recommended: 8 },
};
const NOTHING_READ = { waiting: 0, leftOut: { large: 0, binary: 0, minified: 0 }, beyondLimit: 0 };
const FACTS: StatusFacts = {
  worker: { kind: 'ready', detail: '', info: INFO },
  offBecause: undefined,
  quietBecause: undefined,
  automaticOn: true,
  inlineSuggestOn: true,
  steps: 16,
  stepLimit: 16,
  deadlineMs: 0,
  latency: { lastMs: undefined, lastPasses: undefined, lastCutShort: false, stepMs: undefined, slow: false },
  project: { mode: 'off', stats: undefined, progress: NOTHING_READ },
  note: undefined,
};

const KINDS: readonly (readonly [string, Partial<StatusFacts>])[] = [
  ['ready', {}],
  ['ready', { worker: { kind: 'stopped', detail: '' } }],
  ['ready', { automaticOn: false }],
  ['loading', { worker: { kind: 'starting', detail: '' } }],
  ['loading', { worker: { kind: 'loading', detail: '' } }],
  ['working', { worker: { kind: 'working', detail: '', info: INFO } }],
  ['off', { offBecause: 'Off everywhere.', quietBecause: 'Snoozed for this session.' }],
  ['quiet', { quietBecause: 'Snoozed for this session.', automaticOn: false }],
  ['slow', { latency: { lastMs: 3000, lastPasses: undefined, lastCutShort: false, stepMs: 100, slow: true } }],
  ['warning', { inlineSuggestOn: false }],
  ['error', { worker: { kind: 'failed', detail: '' }, inlineSuggestOn: false }],
];

test('slow is said of where the text is computed, and not of a hosted model, which has nothing to set', () => {
  const latency = { ...FACTS.latency, slow: true };
  const of = (kind: 'server' | 'hosted'): ReturnType<typeof statusView> =>
    statusView(
      { ...FACTS, latency, worker: { ...FACTS.worker, place: { kind, name: 'gpu.example.com' } } },
      plainLocalizer,
    );
  assert.equal(of('server').kind, 'slow');
  assert.match(of('server').summary, /^Suggestions from gpu\.example\.com are slow\./);
  assert.equal(of('hosted').kind, 'ready');
});

test('a server is named as long as text goes there, and so is why it does not', () => {
  const place = { kind: 'server', name: 'gpu.example.com' } as const;
  const of = (worker: StatusFacts['worker']): ReturnType<typeof statusView> =>
    statusView({ ...FACTS, worker }, plainLocalizer);
  for (const kind of ['stopped', 'starting', 'ready', 'working', 'failed'] as const) {
    const view = of({ kind, detail: '', place });
    assert.equal(view.place, 'Computed on gpu.example.com.', kind);
    assert.ok(view.lines.includes('Computed on gpu.example.com.'));
  }
  assert.equal(of({ kind: 'starting', detail: '', place }).summary, 'Connecting to gpu.example.com.');
  const error = new InfillError('unreachable', 'It cannot be reached.', 'Start it.');
  const instead = of({ kind: 'ready', detail: '', insteadOf: { ...place, error } });
  assert.equal(instead.kind, 'warning');
  assert.equal(instead.place, undefined);
  assert.equal(instead.summary, 'It cannot be reached. Start it. Meanwhile the model on this computer fills in.');
});

for (const [kind, facts] of KINDS) {
  test(`${kind}: ${JSON.stringify(facts)}`, () => {
    assert.equal(statusView({ ...FACTS, ...facts }, plainLocalizer).kind, kind);
  });
}

test('tells model, device, steps, the last time and what it went into', () => {
  const lastPasses = { ...NO_PASSES, denoise: { count: 1, ms: 9.06 }, verify: { count: 2, ms: 31.2 } };
  const { lines, text } = statusView(
    { ...FACTS, latency: { lastMs: 182.4, lastPasses, lastCutShort: false, stepMs: 9.06, slow: false } },
    plainLocalizer,
  );
  assert.deepEqual(lines, [
    'Model: infill-code-135m 0.1.0',
    'Device: cpu, threads: 2',
    'Denoising steps: 16',
    'Last suggestion: 182 ms (9 ms per step): 1 denoise 9.1 ms, 2 verify 31 ms',
  ]);
  assert.equal(text, 'Infill');
});

test('of a hosted model neither steps nor device, deadline and project are told, but where it is', () => {
  const place = { kind: 'hosted', name: 'api.example.com' } as const;
  const worker = {
    kind: 'working',
    detail: 'Waiting for api.example.com.',
    info: { ...INFO, name: 'mercury' },
    place,
  } as const;
  const view = statusView({ ...FACTS, worker, deadlineMs: 100 }, plainLocalizer);
  assert.deepEqual(view.lines, ['Hosted model: mercury (api.example.com)']);
  assert.equal(view.summary, 'Waiting for api.example.com.');
  assert.equal(view.hasSteps, false);
  assert.equal(statusView(FACTS, plainLocalizer).hasSteps, true);
});

test('tells where the model takes fewer steps than are set, and the deadline', () => {
  const { lines } = statusView({ ...FACTS, stepLimit: 8, deadlineMs: 120 }, plainLocalizer);
  assert.deepEqual(lines.slice(2), ['Denoising steps: 16 (the model uses 8)', 'Deadline per suggestion: 120 ms']);
});

test('tells that the deadline ended the last suggestion', () => {
  const latency = { lastMs: 99.6, lastPasses: NO_PASSES, lastCutShort: true, stepMs: 9.06, slow: false };
  assert.equal(
    statusView({ ...FACTS, latency }, plainLocalizer).lines.at(-1),
    'Last suggestion: 100 ms (9 ms per step): stopped by the deadline',
  );
});

test('an error is told with its remedy, a note beside the name', () => {
  const error = new InfillError('model-missing', 'No model.', 'Get one.');
  const view = statusView({ ...FACTS, worker: { kind: 'failed', detail: '', error }, note: 'why' }, plainLocalizer);
  assert.deepEqual([view.summary, view.text], ['No model. Get one.', 'Infill: why']);
});

test('why the device is another one than asked for', () => {
  const worker = { kind: 'ready', detail: '', info: { ...INFO, deviceNote: 'no CUDA here' } } as const;
  assert.ok(statusView({ ...FACTS, worker }, plainLocalizer).lines.includes('Device: cpu, threads: 2 (no CUDA here)'));
});

test('the tooltip says what of the project is used, and what was left out', () => {
  const lineOf = (project: Partial<StatusFacts['project']>): string =>
    statusView({ ...FACTS, project: { ...FACTS.project, mode: 'on', ...project } }, plainLocalizer).lines.at(-1) ?? '';
  assert.equal(
    lineOf({
      stats: { documents: 312, units: 4.2 * 2 ** 20, bytes: 2 ** 24, leftOut: 30, waiting: 1 },
      progress: { waiting: 4, leftOut: { large: 2, binary: 0, minified: 1 }, beyondLimit: 5 },
    }),
    'Project: 312 files, 4.2 MB; 5 to go; 3 left out: too large, binary or minified; ' +
      '35 left out: over infill.projectMegabytes',
  );
  assert.equal(lineOf({}), 'Project: read when the model loads');
  assert.doesNotMatch(lineOf({ mode: 'off' }), /Project/);
  const stats = { documents: 1, units: 300, bytes: 1000, leftOut: 0, waiting: 0 };
  assert.equal(lineOf({ stats }), 'Project: 1 files, 0.0 MB');
});
