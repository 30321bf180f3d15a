// An inference process that behaves while it loads as the model's path says, and at a request as the prefix says. It serves its host or,
// like the real one, windows; loadingSigns.test.ts, starved.test.ts and windows.test.ts start it.
import { ProjectIndex } from '../../src/engine/project/projectIndex.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeSync } from 'node:fs';
import path from 'node:path';
import type { ProjectTexts } from '../../src/engine/project/foundMiddle.js';
import { ModelProcess } from '../../src/inference/child/modelProcess.js';
import { SignsOfLife } from '../../src/inference/child/signsOfLife.js';
import { type RunningEngine, WorkerServer } from '../../src/inference/child/workerServer.js';
import { SERVE } from '../../src/inference/link/linkProtocol.js';
import { ProcessFiles } from '../../src/inference/link/processFiles.js';
import type { RuntimeOptions } from '../../src/shared/infillOptions.js';
import { NO_PASSES } from '../../src/shared/outcome.js';
import type { HostMessage } from '../../src/shared/protocol.js';

/** Longer than the tests let a load be silent. */
const LONG_MS = 9000;
const MEGABYTE = 1 << 20;

/** What stands around a hole of which the project may know the middle. */
const PLACE = { uri: 'file:///b.ts', offset: 12, prefix: 'const cart = ', suffix: ';\n', languageId: 'typescript' };

async function load({ modelPath }: RuntimeOptions): Promise<{ forProject: (project: ProjectTexts) => RunningEngine }> {
  await behave(path.basename(modelPath));
  return { forProject: (project) => engineOf(path.basename(modelPath), project) };
}

function engineOf(modelPath: string, project: ProjectTexts): RunningEngine {
  const facts = { name: modelPath, version: '1', license: 'MIT', device: 'cpu', deviceNote: '', threads: 1, loadMs: 1 };
  return {
    info: { ...facts, steps: { recommended: 8 } },
    infill: async ({ context: { prefix } }) => {
      await behave(prefix);
      const text = prefix === 'finds' ? (project.find(PLACE, 1)[0]?.text ?? 'nothing') : prefix;
      const ms = { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 0 };
      const report = { stepsUsed: 1, passes: NO_PASSES, canvasSize: 0, ms, encodedTokens: 0, reusedTokens: 0 };
      return { kind: 'infill', candidates: [{ text, confidence: 1, tokens: [], stepsUsed: 1 }], report };
    },
    denoise: () => Promise.reject(new Error('It only infills.')),
    canvas: () => Promise.reject(new Error('It only infills.')),
    holes: () => Promise.reject(new Error('It only infills.')),
    dispose: () => Promise.resolve(),
  };
}

async function behave(how: string): Promise<void> {
  const end = performance.now() + LONG_MS;
  switch (how) {
    case 'computes for ever':
      for (;;);
    case 'waits for ever':
      block(Number.POSITIVE_INFINITY);
      break;
    case 'exits':
      writeSync(2, 'the last words\n');
      return process.exit(3);
    case 'takes a while':
      await sleep(1500);
      break;
    case 'is never called back':
      await new Promise(() => setInterval(() => undefined, 1000));
      break;
    case 'fills memory': {
      const filled: Buffer[] = [];
      while (performance.now() < end) {
        filled.push(Buffer.alloc(MEGABYTE, 1));
        block(100);
      }
      break;
    }
    case 'computes piece by piece':
      while (performance.now() < end) {
        const pieceEnd = performance.now() + 50;
        while (performance.now() < pieceEnd);
        await sleep(1);
      }
      break;
    case 'computes a little': {
      const until = computedMs() + 300; // of its own, however long that takes by the clock
      while (computedMs() < until);
    }
  }
}

function computedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** As a call into native code does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

process.on('disconnect', () => process.exit(0));
if (process.argv[2] === SERVE) {
  const [folder = '', key = '', name = ''] = process.argv.slice(3);
  const exit = (): void => process.exit(0);
  void new ModelProcess({ files: new ProcessFiles(folder, name), key, load, exit }).serve();
} else {
  const index = new ProjectIndex();
  const server = new WorkerServer({
    send: (message) => void process.send?.(message),
    load: async (runtime) => (await load(runtime)).forProject(index),
    index,
    signs: new SignsOfLife(),
  });
  process.on('message', (message) => server.receive(message as HostMessage));
}
