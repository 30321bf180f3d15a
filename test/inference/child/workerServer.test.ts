import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineLoader, WorkerServer } from '../../../src/inference/child/workerServer.js';
import { InfillError } from '../../../src/shared/infillError.js';
import { NO_PASSES } from '../../../src/shared/outcome.js';
import type { RuntimeOptions } from '../../../src/shared/infillOptions.js';
import type { WorkerMessage } from '../../../src/shared/protocol.js';
import { infillRequest } from '../requests.js';
import { until } from '../scriptedClient.js';

const RUNTIME: RuntimeOptions = { modelPath: 'one', device: 'cpu', threads: 1 };
const STEPS = { recommended: 8, most: 16, curve: [{ steps: 8, exact: 0.2, beginsRight: 0.4 }] };
const INFO = {
  ...{ name: 'n', version: '1', license: 'MIT', device: 'cpu', deviceNote: '', threads: 1, loadMs: 1 },
  steps: STEPS,
};
const REPORT = {
  stepsUsed: 0,
  passes: NO_PASSES,
  canvasSize: 0,
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 0 },
  encodedTokens: 0,
  reusedTokens: 0,
};

/** A server with an engine that notes what happens to it; a request's prefix says how it behaves. */
function server(): { server: WorkerServer; sent: WorkerMessage[]; events: string[] } {
  const sent: WorkerMessage[] = [];
  const events: string[] = [];
  const load: EngineLoader = async (runtime) => {
    if (runtime.modelPath === 'broken') {
      throw new InfillError('model-corrupt', 'The file is cut off.', 'Get it again.');
    }
    events.push(`load ${runtime.modelPath}`);
    return {
      info: { ...INFO, name: runtime.modelPath },
      infill: async ({ context: { prefix } }, run) => {
        events.push(`start ${prefix}`);
        if (prefix === 'bug') {
          throw new TypeError('undefined is not a function');
        }
        for (let step = 0; step < 3 && run?.signal?.aborted !== true; step++) {
          await run?.onStep?.({ step, kind: 'denoise', commits: [], canvas: [], draft: [] });
          await sleep(prefix === 'slow' ? 20 : 0);
        }
        events.push(`end ${prefix}`);
        return run?.signal?.aborted === true
          ? { kind: 'none', reason: 'cancelled', detail: '', report: REPORT }
          : { kind: 'infill', candidates: [], report: REPORT };
      },
      denoise: async () => ({ kind: 'denoised', text: '', tokens: [], report: REPORT }),
      dispose: async () => void events.push(`dispose ${runtime.modelPath}`),
    };
  };
  return { server: new WorkerServer((message) => sent.push(message), load), sent, events };
}

void describe('the worker', () => {
  it('does one thing after the other and answers pings meanwhile', async () => {
    const { server: worker, sent, events } = server();
    worker.receive({ type: 'load', id: 1, runtime: RUNTIME });
    worker.receive({ type: 'infill', id: 2, request: infillRequest('slow'), steps: true });
    worker.receive({ type: 'infill', id: 3, request: infillRequest('fast'), steps: false });
    worker.receive({ type: 'ping', id: 4 });
    await until(() => sent.some(({ id }) => id === 3));
    assert.deepEqual(events, ['load one', 'start slow', 'end slow', 'start fast', 'end fast']);
    assert.deepEqual(
      sent.map(({ type, id }) => `${type} ${id}`),
      ['pong 4', 'loaded 1', 'step 2', 'step 2', 'step 2', 'infilled 2', 'infilled 3'],
    );
  });

  it('stops between steps when a request is cancelled, also before it starts', async () => {
    const { server: worker, sent } = server();
    worker.receive({ type: 'load', id: 1, runtime: RUNTIME });
    worker.receive({ type: 'infill', id: 2, request: infillRequest('slow'), steps: true });
    worker.receive({ type: 'infill', id: 3, request: infillRequest('slow'), steps: true });
    worker.receive({ type: 'cancel', id: 3 });
    await until(() => sent.some(({ type, id }) => type === 'step' && id === 2));
    worker.receive({ type: 'cancel', id: 2 });
    await until(() => sent.some(({ type, id }) => type === 'infilled' && id === 3));
    const reasons = sent.map((message) =>
      message.type === 'infilled' && message.outcome.kind === 'none' ? message.outcome.reason : '',
    );
    assert.deepEqual(reasons.filter(Boolean), ['cancelled', 'cancelled']);
    assert.ok(!sent.some(({ type, id }) => type === 'step' && id === 3), 'the third never ran');
  });

  it('keeps a model for equal options and releases it before another', async () => {
    const { server: worker, sent, events } = server();
    worker.receive({ type: 'load', id: 1, runtime: RUNTIME });
    worker.receive({ type: 'load', id: 2, runtime: { ...RUNTIME } });
    worker.receive({ type: 'load', id: 3, runtime: { ...RUNTIME, modelPath: 'two' } });
    await until(() => sent.length === 3);
    assert.deepEqual(events, ['load one', 'dispose one', 'load two']);
    assert.deepEqual(
      sent.map(({ type }) => type),
      ['loaded', 'loaded', 'loaded'],
    );
  });

  it('answers errors with all that a person needs, and goes on', async () => {
    const { server: worker, sent } = server();
    worker.receive({ type: 'infill', id: 1, request: infillRequest('early'), steps: false });
    worker.receive({ type: 'load', id: 2, runtime: { ...RUNTIME, modelPath: 'broken' } });
    worker.receive({ type: 'load', id: 3, runtime: RUNTIME });
    worker.receive({ type: 'infill', id: 4, request: infillRequest('bug'), steps: false });
    worker.receive({ type: 'infill', id: 5, request: infillRequest('fast'), steps: false });
    await until(() => sent.length === 5);
    const errors = sent.map((message) =>
      message.type === 'failure' ? [message.error.code, message.error.message] : message.type,
    );
    assert.deepEqual(errors, [
      ['internal', 'A request came before a model was loaded.'],
      ['model-corrupt', 'The file is cut off.'],
      'loaded',
      ['internal', 'Unexpected error: undefined is not a function.'],
      'infilled',
    ]);
  });
});
