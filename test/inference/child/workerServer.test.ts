import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProjectIndex } from '../../../src/engine/project/projectIndex.js';
import { type EngineLoader, WorkerServer } from '../../../src/inference/child/workerServer.js';
import { InfillError } from '../../../src/shared/infillError.js';
import { NO_PASSES } from '../../../src/shared/outcome.js';
import type { RuntimeOptions } from '../../../src/shared/infillOptions.js';
import type { ProjectDocument, ProjectStats } from '../../../src/shared/projectDocument.js';
import type { WorkerMessage } from '../../../src/shared/protocol.js';
import { holesRequest, infillRequest } from '../requests.js';
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

type Answered = Exclude<WorkerMessage, { type: 'projectStats' | 'process' | 'died' | 'lost' }>;

/** A server with an engine that notes what happens to it; a request's prefix says how it behaves. */
function server(index = new ProjectIndex()): {
  server: WorkerServer;
  sent: Answered[];
  stats: ProjectStats[];
  events: string[];
} {
  const sent: Answered[] = [];
  const stats: ProjectStats[] = [];
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
      denoise: async () => ({ kind: 'denoised', text: '', changes: [], refused: [], tokens: [], report: REPORT }),
      canvas: async ({ canvas }, run) => {
        await run?.onStep?.({ step: 0, kind: 'denoise', commits: [], canvas: [], draft: [] });
        return { kind: 'none', reason: 'empty', detail: String(canvas.length), report: REPORT, canvas: [] };
      },
      holes: async ({ parts }, run) => {
        for (const [index] of parts.slice(1).entries()) {
          const part = { index, count: parts.length - 1 };
          await run?.onStep?.({ step: 0, kind: 'denoise', part, commits: [], canvas: [], draft: [] });
        }
        if (parts[0] === 'slow') await sleep(20);
        const reason = run?.signal?.aborted === true ? 'cancelled' : 'empty';
        return parts.slice(1).map((detail) => ({ kind: 'none', reason, detail, report: REPORT }));
      },
      dispose: async () => void events.push(`dispose ${runtime.modelPath}`),
    };
  };
  const send = (message: WorkerMessage): unknown =>
    message.type === 'projectStats' ? stats.push(message.stats) : sent.push(message as Answered);
  return { server: new WorkerServer({ send, load, index, signs: { during: (work) => work() } }), sent, stats, events };
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

  it('denoises a canvas that a request brings along', async () => {
    const { server: worker, sent } = server();
    worker.receive({ type: 'load', id: 1, runtime: RUNTIME });
    const request = { ...infillRequest('any'), canvas: [{ kind: 'mask' }, { kind: 'text', text: 'a' }] } as const;
    worker.receive({ type: 'canvas', id: 2, request, steps: true });
    await until(() => sent.some(({ type }) => type === 'canvasDone'));
    assert.deepEqual(
      sent.map(({ type, id }) => `${type} ${id}`),
      ['loaded 1', 'step 2', 'canvasDone 2'],
    );
    const done = sent.find((message) => message.type === 'canvasDone');
    assert.ok(done?.outcome.kind === 'none' && done.outcome.detail === '2', 'the whole canvas came along');
  });

  it('fills several holes, tells of which each step is, and stops when it is told to', async () => {
    const { server: worker, sent } = server();
    worker.receive({ type: 'load', id: 1, runtime: RUNTIME });
    worker.receive({ type: 'holes', id: 2, request: holesRequest(['a', 'b', 'c']), steps: true });
    worker.receive({ type: 'holes', id: 3, request: holesRequest(['slow', 'd']), steps: false });
    await until(() => sent.some(({ type }) => type === 'holesFilled'));
    worker.receive({ type: 'cancel', id: 3 });
    await until(() => sent.some(({ id }) => id === 3));
    const told = sent.flatMap((message) =>
      message.type === 'step'
        ? [`${message.id}: ${JSON.stringify(message.trace.part)}`]
        : message.type === 'holesFilled'
          ? message.outcomes.map((each) => `${message.id}: ${each.kind === 'none' ? each.reason + each.detail : ''}`)
          : [],
    );
    assert.deepEqual(told, [
      '2: {"index":0,"count":2}',
      '2: {"index":1,"count":2}',
      '2: emptyb',
      '2: emptyc',
      '3: cancelledd',
    ]);
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

const PLACE = { uri: 'file:///b.ts', offset: 12, prefix: 'const cart = ', suffix: ';\n', languageId: 'typescript' };

function projectDocument(name: string, text = 'const cart = openCart(user);\n'): ProjectDocument {
  return { uri: `file:///${name}`, path: name, languageId: 'typescript', text };
}

/** An index that notes how often it was worked on. */
class WatchedIndex extends ProjectIndex {
  slices = 0;
  onWork = (): void => undefined;

  override work(ms?: number): boolean {
    this.slices++;
    this.onWork();
    return super.work(ms);
  }
}

void describe("the worker's index of the project", () => {
  it('takes texts in while nothing computes, tells what it holds, and forgets at once', async () => {
    const index = new ProjectIndex();
    const { server: worker, stats } = server(index);
    worker.receive({ type: 'project', change: { replace: [projectDocument('a.ts'), projectDocument('c.ts')] } });
    await until(() => stats.at(-1)?.waiting === 0);
    assert.equal(stats.at(-1)?.documents, 2);
    assert.equal(index.find(PLACE, 1)[0]?.text, 'openCart(user)');
    worker.receive({ type: 'project', change: { remove: ['file:///a.ts', 'file:///c.ts'] } });
    assert.deepEqual(index.find(PLACE, 1), []);
    worker.receive({ type: 'project', change: { replace: [projectDocument('a.ts')] } });
    worker.receive({ type: 'project', change: { clear: true, limit: 10 } });
    worker.receive({ type: 'project', change: { replace: [projectDocument('d.ts')] } });
    await until(() => stats.at(-1)?.leftOut === 1);
    assert.equal(stats.at(-1)?.documents, 0);
  });

  it('is not worked on while a request computes or waits, and goes on when all are done', async () => {
    const index = new WatchedIndex();
    const { server: worker, sent } = server(index);
    const answeredBefore: number[] = [];
    index.onWork = () => answeredBefore.push(sent.length);
    worker.receive({ type: 'load', id: 1, runtime: RUNTIME });
    worker.receive({ type: 'infill', id: 2, request: infillRequest('slow'), steps: false });
    worker.receive({ type: 'project', change: { replace: [projectDocument('a.ts')] } });
    await until(() => index.stats.documents === 1);
    assert.deepEqual([...new Set(answeredBefore)], [2]);
  });

  it('gives way after each slice: a request that comes meanwhile is answered before the texts are indexed', async () => {
    const index = new WatchedIndex();
    const { server: worker, sent } = server(index);
    worker.receive({ type: 'load', id: 1, runtime: RUNTIME });
    await until(() => sent.length === 1);
    const text = Array.from({ length: 20_000 }, (_, line) => `const value${line} = read(${line * 7}, cart);\n`).join(
      '',
    );
    const many = Array.from({ length: 20 }, (_, i) => projectDocument(`${i}.ts`, text));
    worker.receive({ type: 'project', change: { replace: many } });
    await until(() => index.slices > 1);
    worker.receive({ type: 'infill', id: 2, request: infillRequest('fast'), steps: false });
    const before = index.slices;
    while (sent.length === 1) {
      await sleep(1);
    }
    assert.ok(index.slices - before <= 1, `${index.slices - before} slices between a request and its answer`);
    assert.ok(index.stats.waiting > 0);
    worker.receive({ type: 'project', change: { clear: true } });
  });

  it('outlives the model', async () => {
    const index = new ProjectIndex();
    const { server: worker, sent } = server(index);
    worker.receive({ type: 'project', change: { replace: [projectDocument('a.ts')] } });
    worker.receive({ type: 'load', id: 1, runtime: RUNTIME });
    worker.receive({ type: 'load', id: 2, runtime: { ...RUNTIME, modelPath: 'two' } });
    await until(() => sent.length === 2 && index.stats.waiting === 0);
    assert.equal(index.find(PLACE, 1)[0]?.text, 'openCart(user)');
  });
});
