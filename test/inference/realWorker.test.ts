import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildBundle, bundleFolder } from '../builtBundle.js';
import { Engine } from '../../src/engine/engine.js';
import type { Device, RuntimeOptions } from '../../src/shared/infillOptions.js';
import type { InfillOutcome } from '../../src/shared/outcome.js';
import type { InferenceClientOptions } from '../../src/inference/host/client.js';
import type { ProjectDocument, ProjectStats } from '../../src/shared/projectDocument.js';
import { denoiseRequest, holesRequest, infillRequest } from './requests.js';
import { isAlive, type ScriptedClient, scriptedClient, until } from './scriptedClient.js';

const TINY = fileURLToPath(new URL('../fixtures/tiny/int8', import.meta.url));
const REQUEST = infillRequest('const total = prices.', ';\n', { temperature: 1, steps: 8, minConfidence: 0 });

let built: string;
let meeting: string;
/** The worker as it is shipped: one CommonJS file. It stands below the root, where its native dependency is found. */
before(async () => {
  built = await bundleFolder('worker-');
  process.env['INFILL_HOME'] = path.join(built, 'home'); // where the worker remembers checksums
  await buildBundle('src/inference/child/worker.ts', path.join(built, 'worker.cjs'));
  await buildBundle('src/inference/relay/relay.ts', path.join(built, 'relay.cjs'));
  meeting = await mkdtemp(path.join(tmpdir(), 'infill-m-'));
  process.env['XDG_RUNTIME_DIR'] = meeting; // where windows meet
});
after(async () => {
  await rm(built, { recursive: true });
  await rm(meeting, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** A client of the real worker with the tiny model. */
function realClient(
  modelPath = TINY,
  device: Device = 'cpu',
  options: Partial<InferenceClientOptions> = {},
): ScriptedClient {
  const made = scriptedClient({ workerPath: path.join(built, 'worker.cjs'), ...options });
  made.client.configure(runtime(modelPath, device));
  return made;
}

function runtime(modelPath: string, device: Device = 'cpu'): RuntimeOptions {
  return { modelPath, device, threads: 1 };
}

/** All of an outcome that does not depend on the clock. */
function contentOf(outcome: InfillOutcome): unknown {
  return outcome.kind === 'infill' ? outcome.candidates : outcome.reason;
}

void describe('the real worker', () => {
  it('gives the outcome that the engine gives in this process', async () => {
    const engine = await Engine.load(runtime(TINY));
    const expected = await engine.infill(REQUEST);
    await engine.dispose();
    await using real = realClient();
    const steps: number[] = [];
    const outcome = await real.client.infill(REQUEST, { onStep: ({ step }) => steps.push(step) });
    assert.deepEqual(contentOf(outcome), contentOf(expected));
    assert.deepEqual(
      steps,
      Array.from({ length: outcome.report.stepsUsed }, (_, step) => step),
    );
    assert.equal(real.client.state.info?.name, 'tiny');
    const denoised = await real.client.denoise(denoiseRequest('const a = ', 'first + second'));
    assert.equal(denoised.kind, 'denoised');
  });

  it('denoises a canvas as the engine does in this process, and tells its steps', async () => {
    const { context, options } = REQUEST;
    const mask = { kind: 'mask' } as const;
    const canvas = [{ kind: 'text', text: 'map(', isPinned: true } as const, mask, mask, mask];
    const request = { context, canvas, options: { ...options, positions: true } };
    const engine = await Engine.load(runtime(TINY));
    const expected = await engine.canvas(request);
    const asked = await engine.canvas({ ...request, alternatives: { position: 1, most: 3 } });
    await engine.dispose();
    await using real = realClient();
    const seen: unknown[] = [];
    const outcome = await real.client.canvas(request, { onStep: ({ positions }) => seen.push(positions) });
    assert.deepEqual(outcome.canvas, expected.canvas);
    assert.equal(seen.length, outcome.report.stepsUsed);
    assert.ok(seen.every(Array.isArray));
    const alternatives = await real.client.canvas({ ...request, alternatives: { position: 1, most: 3 } });
    assert.ok(asked.kind === 'alternatives' && alternatives.kind === 'alternatives');
    assert.deepEqual(alternatives.alternatives, asked.alternatives);
    const withdrawn = await real.client.canvas(request, { signal: AbortSignal.abort() });
    assert.ok(withdrawn.kind === 'none' && withdrawn.reason === 'cancelled' && withdrawn.canvas.length === 0);
  });

  it('fills several holes as the engine does in this process, alone and beside other windows, and tells its steps', async () => {
    const parts = ['const first = prices.', ';\nconst second = first.', ';\nconst third = second + ', ';\n'];
    const request = holesRequest(parts, { steps: 4 });
    const engine = await Engine.load(runtime(TINY));
    const expected = (await engine.holes(request)).map(contentOf);
    await engine.dispose();
    for (const options of [{}, { relayPath: path.join(built, 'relay.cjs') }]) {
      await using real = realClient(TINY, 'cpu', options);
      const seen = new Set<number | undefined>();
      const outcomes = await real.client.holes(request, { onStep: ({ part }) => seen.add(part?.index) });
      assert.deepEqual(outcomes.map(contentOf), expected);
      assert.deepEqual([...seen].toSorted(), [0, 1, 2]);
      const abort = new AbortController();
      const stopped = await real.client.holes(request, { signal: abort.signal, onStep: () => abort.abort() });
      assert.deepEqual(stopped.map(contentOf), ['cancelled', 'cancelled', 'cancelled']);
    }
  });

  it(
    'steps back behind what a person does, and writes nothing to stdout',
    { skip: process.platform === 'win32' },
    async () => {
      await using real = realClient();
      await real.client.infill(REQUEST);
      assert.equal(getPriority(real.client.pid), Math.min(19, Math.max(0, getPriority()) + 1));
      assert.deepEqual(
        real.logged.filter((line) => line.startsWith('debug inference: ')),
        [],
      );
      assert.ok(((await real.client.memory())?.bytes ?? 0) > 20_000_000);
    },
  );

  it('gives several windows in turn what it gives each alone, behind what a person does', async () => {
    const engine = await Engine.load(runtime(TINY));
    const other = infillRequest('function add(first, second) {\n  return ', '\n}\n', { steps: 8, minConfidence: 0 });
    const requests = [REQUEST, other, other, REQUEST, REQUEST, other];
    const expected: unknown[] = [];
    for (const request of requests) expected.push(contentOf(await engine.infill(request)));
    await engine.dispose();
    const relayPath = path.join(built, 'relay.cjs');
    await using one = realClient(TINY, 'cpu', { relayPath });
    await using two = realClient(TINY, 'cpu', { relayPath });
    const got: unknown[] = [];
    for (const [i, request] of requests.entries()) {
      const { client } = i % 2 === 0 ? one : two;
      got.push(contentOf(await client.infill(request)));
    }
    assert.deepEqual(got, expected);
    assert.equal(one.client.pid, two.client.pid);
    assert.equal((await one.client.memory())?.windows, 2);
    if (process.platform !== 'win32') {
      assert.equal(getPriority(one.client.pid), Math.min(19, Math.max(0, getPriority()) + 1));
    }
  });

  it('takes the texts of the project, tells what it holds of them, and knows none after it was started anew', async () => {
    const told: ProjectStats[] = [];
    await using real = realClient(TINY, 'cpu', { onProject: (stats) => told.push(stats) });
    const { client } = real;
    const named = (name: string): ProjectDocument => ({
      ...{ uri: `file:///${name}.ts`, path: `${name}.ts`, languageId: 'typescript' },
      text: `export const ${name} = 1;\n`,
    });
    assert.equal(await client.feedProject({ replace: [named('early')] }), false, 'nothing is started for it');
    assert.equal(client.state.kind, 'stopped');
    await client.load();
    assert.equal(await client.feedProject({ replace: [named('one'), named('two')] }), true);
    await until(() => told.at(-1)?.documents === 2 && told.at(-1)?.waiting === 0);
    await client.restart();
    await client.feedProject({ replace: [named('three')] });
    await until(() => told.at(-1)?.documents === 1 && told.at(-1)?.waiting === 0);
  });

  it('stops between two steps when it is told to', async () => {
    await using real = realClient();
    const { client } = real;
    await client.load();
    const { pid } = client;
    const abort = new AbortController();
    const steps: number[] = [];
    const onStep = ({ step }: { readonly step: number }): void => {
      steps.push(step);
      abort.abort();
    };
    const outcome = await client.infill(REQUEST, { signal: abort.signal, onStep });
    assert.equal(outcome.kind === 'none' && outcome.reason, 'cancelled');
    assert.deepEqual(contentOf(await client.infill(REQUEST)), contentOf(await client.infill(REQUEST)));
    assert.deepEqual(steps, [0]);
    assert.equal(client.pid, pid, 'it was not killed for that');
  });

  it(
    'killed in the middle of a request rejects it with the reason, and the next one works',
    { skip: process.platform === 'win32' },
    async () => {
      await using real = realClient();
      const { client } = real;
      const pids: number[] = [];
      const onStep = (): void => {
        pids.push(client.pid ?? 0);
        process.kill(client.pid ?? 0, 'SIGKILL');
      };
      // A selection of several windows takes a while, and is certainly not finished at its first step.
      const long = denoiseRequest('', 'word '.repeat(2000));
      await assert.rejects(client.denoise(long, { onStep }), {
        code: 'worker-died',
        message: /signal SIGKILL/,
        remedy: /memory/,
      });
      assert.equal(isAlive(pids[0] ?? 0), false);
      assert.ok(contentOf(await client.infill(REQUEST)));
    },
  );

  it('releases its memory when it is idle and loads again by itself', async () => {
    await using real = realClient();
    const { client } = real;
    await client.infill(REQUEST);
    const pid = client.pid ?? 0;
    client.setIdleMs(50);
    await until(() => client.state.kind === 'stopped' && !isAlive(pid));
    client.setIdleMs(0);
    assert.ok(contentOf(await client.infill(REQUEST)));
  });
});

void describe('a device that is not here', () => {
  it('is no reason to give up: the CPU takes over, and the state says why', async () => {
    await using real = realClient(TINY, process.platform === 'darwin' ? 'dml' : 'coreml');
    assert.ok(contentOf(await real.client.infill(REQUEST)));
    const info = await real.client.load();
    assert.equal(info.device, 'cpu');
    assert.match(info.deviceNote, /(DirectML|Core ML) does not start here \(.+\), so the CPU is used/);
    assert.ok(real.states.some(({ kind, detail }) => kind === 'ready' && detail.includes(info.deviceNote)));
  });
});

void describe('a model that cannot be used', () => {
  let scratch: string;
  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'infill-worker-'));
  });
  after(() => rm(scratch, { recursive: true }));

  /** A copy of the tiny model that something was done to. */
  async function spoilt(name: string, spoil: (folder: string) => Promise<void>): Promise<string> {
    const folder = path.join(scratch, name);
    await cp(TINY, folder, { recursive: true });
    await spoil(folder);
    return folder;
  }

  it('is an error that names it and a remedy, and with another model all is well', async () => {
    await using real = realClient();
    const { client } = real;
    const cases: readonly (readonly [string, { code: string; message: RegExp }])[] = [
      [path.join(scratch, 'nowhere'), { code: 'model-missing', message: /nowhere/ }],
      [
        await spoilt('cut', (folder) => truncate(path.join(folder, 'denoiser.safetensors'), 1000)),
        { code: 'model-corrupt', message: /denoiser\.safetensors/ },
      ],
      [
        await spoilt('without', (folder) => rm(path.join(folder, 'tokenizer.json'))),
        { code: 'model-missing', message: /tokenizer\.json/ },
      ],
      [
        await spoilt('garbled', (folder) => writeFile(path.join(folder, 'manifest.json'), '{"format": 1')),
        { code: 'model-corrupt', message: /manifest\.json/ },
      ],
    ];
    for (const [folder, error] of cases) {
      client.configure(runtime(folder));
      await assert.rejects(client.infill(REQUEST), error);
      assert.equal(client.state.kind, 'failed');
      assert.notEqual(client.state.error?.remedy, '');
      client.configure(runtime(TINY));
      assert.ok(contentOf(await client.infill(REQUEST)));
    }
  });

  it('is noticed by a single flipped bit before anything is computed with it, until it is replaced', async () => {
    await using real = realClient();
    const { client } = real;
    const folder = await spoilt('flipped', flipLastBit);
    client.configure(runtime(folder));
    const corrupt = { code: 'model-corrupt', message: /denoiser\.safetensors is damaged: its SHA-256/ };
    await assert.rejects(client.infill(REQUEST), corrupt);
    assert.equal(client.state.kind, 'failed');
    await assert.rejects(client.load(), corrupt);
    await cp(path.join(TINY, 'denoiser.safetensors'), path.join(folder, 'denoiser.safetensors'));
    await client.load();
    assert.ok(contentOf(await client.infill(REQUEST)), 'the file was replaced');
  });
});

async function flipLastBit(folder: string): Promise<void> {
  const file = path.join(folder, 'denoiser.safetensors');
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  await writeFile(file, bytes);
}
