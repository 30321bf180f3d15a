// What several windows cost: memory of all their processes after one request in each, with one process that holds the model for all of them
// and with one for each window. Linux: it reads what the system counts. The windows of both kinds open and close one after the other in one run.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { InferenceClient } from '../src/inference/host/client.js';
import { BUNDLED_MODEL, benchText } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { MANY_PASSES, WORKER } from './measureProcess.js';
import { quantile } from './quantile.js';

const { values: args } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    windows: { type: 'string', default: '1,2,5' },
    rounds: { type: 'string', default: '1' },
  },
});
const MB = 1_000_000;
const OPTIONS = { ...MANY_PASSES, steps: 8, candidates: 1, temperature: 0 };
/** How our processes call themselves. */
const TITLES = /^infill-(?:window|inference)/u;

interface Cost {
  /** Bytes of all processes, each page divided among those that have it. */
  readonly pss: number;
  /** Until the last window has answered, milliseconds. */
  readonly ms: number;
}

/** Opens so many windows, has each answer a request, or the one window several, each of another place, and counts their processes. */
async function costOf(windows: number, isShared: boolean, requests = 1): Promise<Cost> {
  const meeting = mkdtempSync(path.join(os.tmpdir(), 'infill-b-'));
  process.env['XDG_RUNTIME_DIR'] = meeting;
  const clients: InferenceClient[] = [];
  const startedAt = performance.now();
  try {
    for (let window = 0; window < windows; window++) {
      const client = new InferenceClient({
        workerPath: WORKER,
        relayPath: path.join(path.dirname(WORKER), 'relay.cjs'),
        graceMs: 60_000,
        idleMs: 0,
        onState: () => undefined,
        log: (level, text) => {
          if (level === 'warn' || level === 'error') console.error(text);
        },
      });
      clients.push(client);
      client.setSharing(isShared);
      client.configure({ modelPath: BUNDLED_MODEL, device: 'cpu', threads: Number(args.threads) });
      for (let request = 0; request < requests; request++) await client.infill(requestOf(window + request));
    }
    const ms = performance.now() - startedAt;
    return { pss: processesOf(meeting).reduce((sum, pid) => sum + pssBytes(pid), 0), ms };
  } finally {
    await Promise.all(clients.map((client) => client.dispose()));
    while (processesOf(meeting).length > 0) await sleep(200);
    rmSync(meeting, { recursive: true, force: true });
  }
}

function requestOf(window: number): Parameters<InferenceClient['infill']>[0] {
  const text = benchText();
  const at = 12_000 + window * 6000;
  const context = {
    ...{ prefix: text.slice(at - 12_000, at), prefixOffset: at - 12_000, suffix: text.slice(at, at + 4_000) },
    ...({ languageId: 'typescript', eol: '\n', indentUnit: '  ' } as const),
  };
  return { context, options: OPTIONS };
}

/** Those of windows that meet in a folder; others may run here too. */
function processesOf(meeting: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && TITLES.test(readOrNothing(`/proc/${name}/cmdline`)))
    .filter((name) => readOrNothing(`/proc/${name}/environ`).split('\0').includes(`XDG_RUNTIME_DIR=${meeting}`))
    .map(Number);
}

function pssBytes(pid: number): number {
  return Number(/^Pss:\s*(\d+) kB$/mu.exec(readOrNothing(`/proc/${String(pid)}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const counts = args.windows.split(',').map(Number);
const kinds = [
  { name: 'one process for all', isShared: true, costs: counts.map((): Cost[] => []) },
  { name: 'one for each', isShared: false, costs: counts.map((): Cost[] => []) },
];
/** What the process grows by with requests of several places is no matter of windows. */
const busy = counts.map((): Cost[] => []);
for (let round = 0; round < Number(args.rounds); round++) {
  for (const [i, count] of counts.entries()) {
    busy[i]?.push(await costOf(1, true, count));
    for (const { name, isShared, costs } of kinds) {
      const cost = await costOf(count, isShared);
      costs[i]?.push(cost);
      console.error(`${name}, ${String(count)}: ${(cost.pss / MB).toFixed(0)} MB`);
    }
  }
}
const median = (costs: readonly Cost[], of: (cost: Cost) => number): number => quantile(costs.map(of), 0.5);
console.log(
  markdownTable([
    ['processes (medians)', ...counts.map((count) => `${String(count)} window${count === 1 ? '' : 's'}`)],
    [
      'one window with as many requests: PSS, MB',
      ...busy.map((costs) => (median(costs, ({ pss }) => pss) / MB).toFixed(0)),
    ],
    ...kinds.flatMap(({ name, costs }) => {
      const pss = costs.map((each) => median(each, (cost) => cost.pss));
      return [
        [`${name}: PSS, MB`, ...pss.map((bytes) => (bytes / MB).toFixed(0))],
        ['... of that of one window', ...pss.map((bytes) => (bytes / (pss[0] ?? NaN)).toFixed(2))],
        ['... until the last has answered, ms', ...costs.map((each) => median(each, (cost) => cost.ms).toFixed(0))],
      ];
    }),
  ]),
);
