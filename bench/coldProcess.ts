// How long the inference process takes from its start to its first answer beside programs that compute all the time: the load, the reading
// of the context ahead, and then the first key; and the same with nothing read ahead. --before FOLDER measures the inference process of
// another unpacked package in turn with this state's own, which must be built.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceClient } from '../src/inference/host/client.js';
import type { InfillRequest } from '../src/shared/infillRequest.js';
import { BUNDLED_MODEL, benchText } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { WORKER } from './measureProcess.js';
import { quantile } from './quantile.js';

const { values: args } = parseArgs({
  options: {
    before: { type: 'string' },
    rounds: { type: 'string', default: '2' },
    beside: { type: 'string', default: '2' },
  },
});

const LINES = 150;
const OPTIONS = {
  ...{ steps: 8, maxTokens: 32, candidates: 1, multiline: 'auto' as const, temperature: 0, topP: 1, seed: 0 },
  ...{ minConfidence: 0, trace: false },
} as const;

function request(typed: string, steps: number): InfillRequest {
  const begun = `${benchText().split('\n').slice(0, LINES).join('\n')}\nexport function add(first: number, second: number): number {\n  return `;
  return {
    context: {
      ...{ prefix: begun + typed, prefixOffset: 0, suffix: '\n}\n', languageId: 'typescript', eol: '\n' },
      indentUnit: '  ',
    },
    options: { ...OPTIONS, steps },
  };
}

/** Milliseconds of each: load, context read ahead (0 without), first key. */
async function startOnce(workerPath: string, ahead: boolean, relayPath?: string): Promise<readonly number[]> {
  const meeting = mkdtempSync(path.join(os.tmpdir(), 'infill-b-')); // no process of an earlier start is found
  process.env['XDG_RUNTIME_DIR'] = meeting;
  const client = new InferenceClient({
    workerPath,
    ...(relayPath === undefined ? {} : { relayPath }),
    graceMs: 60_000,
    idleMs: 0,
    onState: () => undefined,
    log: () => undefined,
  });
  client.configure({ modelPath: BUNDLED_MODEL, device: 'cpu', threads: 0 });
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  try {
    const load = await timed(() => client.load());
    const read = ahead ? await timed(() => client.infill(request('', 1))) : 0;
    return [load, read, await timed(() => client.infill(request('f', 8)))];
  } finally {
    await client.dispose();
    rmSync(meeting, { recursive: true, force: true });
  }
}

const { before } = args;
const sides = [
  ...(before === undefined
    ? []
    : [{ name: 'before', worker: path.resolve(before, 'dist', 'worker.cjs'), ahead: false }]),
  { name: 'now, nothing read ahead', worker: WORKER, ahead: false },
  { name: 'now, for this window alone', worker: WORKER, ahead: true },
  { name: 'now', worker: WORKER, ahead: true, relay: path.join(path.dirname(WORKER), 'relay.cjs') },
].map((side) => ({ relay: undefined, ...side, starts: [] as (readonly number[])[] }));
const others: ChildProcess[] = [];
try {
  for (let n = 0; n < Number(args.beside); n++) {
    others.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  }
  for (let round = 0; round < Number(args.rounds); round++) {
    for (const { name, worker, ahead, relay, starts } of round % 2 === 0 ? sides : sides.toReversed()) {
      const times = await startOnce(worker, ahead, relay);
      starts.push(times);
      console.error(`${name}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    }
  }
} finally {
  for (const other of others) other.kill('SIGKILL');
}
console.log(
  markdownTable([
    ['inference process', 'starts', 'start and load, ms (median)', 'context read ahead', 'first key to answer'],
    ...sides.map(({ name, starts }) => [
      name,
      String(starts.length),
      ...[0, 1, 2].map((part) => {
        const times = starts.map((times) => times[part] ?? NaN);
        return quantile(times, 0.5).toFixed(0);
      }),
    ]),
  ]),
);
