// An inference process that behaves while it loads as the model's path says; loadingSigns.test.ts starts it.
import { ProjectIndex } from '../../src/engine/project/projectIndex.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { withSignsOfLife } from '../../src/inference/child/signsOfLife.js';
import { type EngineLoader, WorkerServer } from '../../src/inference/child/workerServer.js';
import type { HostMessage } from '../../src/shared/protocol.js';

/** Longer than the tests let a load be silent. */
const LONG_MS = 9000;
const MEGABYTE = 1 << 20;

const load: EngineLoader = async ({ modelPath }) => {
  const end = performance.now() + LONG_MS;
  switch (modelPath) {
    case 'computes for ever':
      for (;;);
    case 'waits for ever':
      block(Number.POSITIVE_INFINITY);
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
  }
  const facts = { name: modelPath, version: '1', license: 'MIT', device: 'cpu', deviceNote: '', threads: 1, loadMs: 1 };
  const info = { ...facts, steps: { recommended: 8 } };
  return {
    info: { ...info },
    infill: () => Promise.reject(new Error('It only loads.')),
    denoise: () => Promise.reject(new Error('It only loads.')),
    dispose: () => Promise.resolve(),
  };
};

/** As a call into native code does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

process.on('disconnect', () => process.exit(0));
const server = new WorkerServer(
  (message) => void process.send?.(message),
  (runtime) => withSignsOfLife(() => load(runtime)),
  new ProjectIndex(),
);
process.on('message', (message) => server.receive(message as HostMessage));
