// What public checkpoints cost, measured with models of exactly their shapes and random weights, beside what passCost.ts expects of them
// from this machine's speed, which is measured in the same run. With --record what was measured is kept in measured.json, and docs/models.md
// is written anew from that; --write does only the latter.
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureMachine } from '../../src/engine/network/runtime/machineProbe.js';
import { estimateMemory } from '../../src/engine/network/folder/estimateMemory.js';
import { draftedModel } from '../../src/modelStore/catalogue/draftedModel.js';
import { passMs } from '../../src/modelStore/catalogue/passCost.js';
import { PUBLIC_CHECKPOINTS } from '../../src/modelStore/catalogue/publicCheckpoints.js';
import type { FullSequenceManifest } from '../../src/engine/network/folder/manifest.js';
import type { ContextCacheMode, MachineSpeed } from '../../src/shared/modelImport.js';
import { recordMeasured, writeModelsPage } from './measuredShapes.js';
import { markdownTable } from '../markdownTable.js';
import type { ShapeResult, ShapeRun } from './measureShape.js';
import { writeSyntheticModel } from './syntheticModel.js';

const { values: args } = parseArgs({
  options: {
    models: { type: 'string', default: 'Open-dCoder int8,Open-dCoder int4,dLLM Qwen3 int8,dQwen3 int8,dQwen3 int4' },
    caches: { type: 'string', default: 'exact,prefix,dual' },
    contexts: { type: 'string', default: '640,240' },
    canvases: { type: 'string', default: '16,32,64' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '3' },
    folder: { type: 'string', default: tmpdir() },
    record: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
if (args.write) {
  await writeModelsPage();
  process.exit();
}
const threads = Number(args.threads);
const STEPS = 2;
/** As converted models divide it: three quarters of the context stand before the canvas. */
const SUFFIX = 0.25;

async function measured(draft: FullSequenceManifest, requests: ShapeRun['requests']): Promise<ShapeResult> {
  const folder = await mkdtemp(path.join(args.folder, 'infill-shape-'));
  try {
    await writeSyntheticModel(path.join(folder, 'model'), draft);
    const run: ShapeRun = {
      folder: path.join(folder, 'model'),
      threads,
      repeats: Number(args.repeats),
      requests,
      steps: STEPS,
    };
    return await new Promise<ShapeResult>((resolve, reject) => {
      const child = fork(path.join(import.meta.dirname, 'measureShape.ts'), [JSON.stringify(run)], {
        execArgv: ['--import=tsx'],
      });
      child.once('message', (message) => resolve(message as ShapeResult));
      child.once('exit', (code) => reject(new Error(`the process that measures ended with ${String(code)}`)));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function expectedMs(
  draft: FullSequenceManifest,
  speed: MachineSpeed,
  request: ShapeRun['requests'][number],
): [number, number] {
  const seen = request.prefix + request.suffix + request.canvas;
  const kept = { exact: 0, prefix: request.prefix, dual: seen - request.canvas }[draft.recommended.contextCache];
  const predicted = request.canvas;
  return [
    passMs(draft, { computed: seen, seen, predicted }, speed),
    passMs(draft, { computed: seen - kept, seen, predicted: predicted - 1 }, speed),
  ];
}

function printSpeed({ threads: _, ...rates }: MachineSpeed): void {
  console.log(
    Object.entries(rates)
      .map(([name, rate]) => `${name}: ${(rate / 1e9).toFixed(1)} billion`)
      .join(', '),
  );
}

const headings = [
  'model',
  'context',
  'canvas',
  'first ms',
  'expected',
  'step ms',
  'expected',
  '8 steps',
  'processor ms',
];
const rows: string[][] = [headings];
const memory: string[][] = [['model', 'load ms', 'most memory, MB', 'estimated']];
const ratios: number[] = [];
const whole = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
for (const name of args.models.split(',')) {
  const [title, precision] = [
    name.slice(0, name.lastIndexOf(' ')),
    name.slice(name.lastIndexOf(' ') + 1) as 'int8' | 'int4',
  ];
  const checkpoint = PUBLIC_CHECKPOINTS.find((each) => each.title === title);
  if (checkpoint === undefined) throw new Error(`There is no public checkpoint called "${title}".`);
  // Beside each model anew: what other programs take changes.
  const speed = await measureMachine(threads);
  printSpeed(speed);
  for (const contextCache of args.caches.split(',') as ContextCacheMode[]) {
    const draft = draftedModel(checkpoint, { precision, contextCache });
    const requests = args.contexts.split(',').flatMap((context) =>
      args.canvases.split(',').map((canvas) => {
        const suffix = Math.floor(Number(context) * SUFFIX);
        return { prefix: Number(context) - suffix, suffix, canvas: Number(canvas) };
      }),
    );
    const { loadMs, requests: results, memoryBytes } = await measured(draft, requests);
    const label = `${title}, ${precision}, ${contextCache}`;
    results.forEach(({ first, later }, i) => {
      const request = requests[i]!;
      const [firstExpected, stepExpected] = expectedMs(draft, speed, request);
      ratios.push(firstExpected / first.processor, stepExpected / later.processor);
      rows.push([
        label,
        String(request.prefix + request.suffix),
        String(request.canvas),
        whole(first.clock),
        whole(firstExpected),
        whole(later.clock),
        whole(stepExpected),
        whole(first.clock + 7 * later.clock),
        `${whole(first.processor)} / ${whole(later.processor)}`,
      ]);
    });
    memory.push([label, whole(loadMs), whole(memoryBytes / 1e6), whole(estimateMemory(draft) / 1e6)]);
    console.log(markdownTable([headings, ...rows.slice(-results.length)]));
    const shape = {
      title,
      speed,
      precision,
      contextCache,
      memoryBytes,
      requests: requests.map((each, i) => ({ ...each, ...results[i]! })),
    };
    if (args.record) await recordMeasured(shape);
  }
}
console.log(`\n${markdownTable(rows)}\n\n${markdownTable(memory)}`);
const sorted = ratios.toSorted((a, b) => a - b);
console.log(
  `\nexpected / measured processor time: ${sorted[0]!.toFixed(2)} to ${sorted.at(-1)!.toFixed(2)}, median ${sorted[sorted.length >> 1]!.toFixed(2)}`,
);
