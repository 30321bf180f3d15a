// One model folder in a process of its own: what passes over it take, and what memory. Its only argument is a `ShapeRun` as JSON.
import { loadModel } from '../../src/engine/network/loadModel.js';
import type { InfillModel } from '../../src/engine/contract/model.js';

export interface ShapeRun {
  readonly folder: string;
  readonly threads: number;
  readonly repeats: number;
  /** Tokens before and after the canvas, and its positions. */
  readonly requests: readonly { readonly prefix: number; readonly suffix: number; readonly canvas: number }[];
  /** Steps that are measured after the first of a request. */
  readonly steps: number;
}

/** The least of some runs, milliseconds: on the clock, and of processor time for each thread, which other work disturbs less. */
export interface LeastMs {
  readonly clock: number;
  readonly processor: number;
}

export interface ShapeResult {
  readonly loadMs: number;
  readonly requests: readonly { readonly first: LeastMs; readonly later: LeastMs }[];
  /** Most memory that the process held, bytes. */
  readonly memoryBytes: number;
}

async function measure({ folder, threads, repeats, requests, steps }: ShapeRun): Promise<ShapeResult> {
  const { model, loadMs } = await loadModel(folder, { device: 'cpu', threads });
  const measured: ShapeResult['requests'][number][] = [];
  for (const request of requests) {
    const [first, later]: [LeastMs[], LeastMs[]] = [[], []];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const times = await timesOf(model, request, { steps, threads });
      first.push(times[0]!);
      later.push(...times.slice(1));
    }
    measured.push({ first: least(first), later: least(later) });
  }
  await model.dispose();
  return { loadMs, requests: measured, memoryBytes: process.resourceUsage().maxRSS * 1024 };
}

/** Of the passes of one request in which each step settles one position more. */
async function timesOf(
  model: InfillModel,
  { prefix, suffix, canvas }: ShapeRun['requests'][number],
  { steps, threads }: { readonly steps: number; readonly threads: number },
): Promise<LeastMs[]> {
  const context = await model.openContext(someTokens(prefix), someTokens(suffix));
  const positions = Array.from({ length: canvas }, (_, position) => position);
  const times: LeastMs[] = [];
  for (let step = 0; step <= steps; step++) {
    const ids = positions.map((position) => (position < step ? position + 1 : model.manifest.tokens.mask));
    const before = { clock: performance.now(), processor: process.cpuUsage() };
    await context.predict([{ canvas: ids, positions: positions.slice(step) }], 0);
    const { user, system } = process.cpuUsage(before.processor);
    times.push({ clock: performance.now() - before.clock, processor: (user + system) / 1000 / threads });
  }
  return times;
}

function someTokens(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 1 + ((i * 7919) % 40_000));
}

function least(times: readonly LeastMs[]): LeastMs {
  const of = (key: keyof LeastMs): number => Math.min(...times.map((each) => each[key]));
  return { clock: of('clock'), processor: of('processor') };
}

if (process.send !== undefined) {
  const result = await measure(JSON.parse(process.argv[2]!) as ShapeRun);
  process.send(result, () => process.exit());
}
