// What one pass of a network costs by its rows, beside another model in one run: denoising passes over 1, 8, 16 and 32 positions,
// passes of the encoder that read on, a cold and a warm context, and the memory of a process with each model.
import { parseArgs } from 'node:util';
import { loadModel, type LoadedModel } from '../src/engine/network/loadModel.js';
import type { ModelContext } from '../src/engine/contract/model.js';
import { loadTokenizer } from '../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED_MODEL, benchText } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { measureProcess, WORKER } from './measureProcess.js';
import { summarise } from './summary.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: BUNDLED_MODEL },
    beside: { type: 'string' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '12' },
    prefix: { type: 'string', default: '300' },
    suffix: { type: 'string', default: '48' },
  },
});
if (args.beside === undefined) {
  throw new Error('Name the folder of the model to compare with: npm run bench -- passes --beside FOLDER');
}

const ROWS = [1, 8, 16, 32] as const;
const READ = [1, 4, 8] as const;
const MIX = 0.9;
const threads = Number(args.threads);
const repeats = Number(args.repeats);

class Measured {
  readonly #times = new Map<string, number[]>();

  constructor(
    readonly loaded: LoadedModel,
    readonly ids: readonly number[],
  ) {}

  async time(name: string, work: () => Promise<unknown>): Promise<void> {
    const begin = performance.now();
    await work();
    const times = this.#times.get(name) ?? [];
    times.push(performance.now() - begin);
    this.#times.set(name, times);
  }

  get names(): readonly string[] {
    return [...this.#times.keys()];
  }

  least(name: string): number | undefined {
    const times = this.#times.get(name)?.slice(1); // the first one warms the runtime up
    return times === undefined || times.length === 0 ? undefined : summarise(times).least;
  }
}

async function prepare(folder: string): Promise<Measured> {
  const loaded = await loadModel(folder, { device: 'cpu', threads });
  const tokenizer = await loadTokenizer(loaded.tokenizerPath);
  return new Measured(loaded, tokenizer.encode(benchText()));
}

/** Everything at one place of the text; each place has a context of its own, so that nothing is reused. */
async function measureAt(model: Measured, at: number): Promise<void> {
  const { manifest, openContext } = bound(model);
  const prefix = model.ids.slice(at, at + Math.min(Number(args.prefix), manifest.limits.prefix - 1));
  const after = model.ids.slice(at + 400, at + 400 + Math.min(Number(args.suffix), manifest.limits.suffix));
  await model.time('cold context', () => openContext(prefix, after));
  const typed = [...prefix, model.ids[at + 399]!];
  let context: ModelContext | undefined;
  await model.time('warm context, one token typed', async () => (context = await openContext(typed, after)));
  for (const rows of ROWS) {
    if (rows > manifest.limits.canvas) continue;
    const query = {
      canvas: new Array<number>(rows).fill(manifest.tokens.mask),
      positions: Array.from({ length: rows }, (_, position) => position),
    };
    await model.time(`denoise ${String(rows)}`, () => context!.predict([query], MIX));
  }
  if (context?.encoder === undefined) return;
  let next = at + 600;
  for (const read of READ) {
    const [token, ...proposals] = model.ids.slice(next, next + read);
    next += read;
    const options = { encoderMix: MIX, wantEncoder: false };
    await model.time(`read on ${String(read)}`, () => context!.encoder!.verify([token!], proposals, options));
  }
}

function bound({ loaded: { model } }: Measured): Pick<typeof model, 'manifest' | 'openContext'> {
  return { manifest: model.manifest, openContext: (prefix, suffix) => model.openContext(prefix, suffix) };
}

const REQUEST = {
  steps: 8,
  maxTokens: 64,
  candidates: 1,
  multiline: 'auto',
  temperature: 0,
  topP: 1,
  seed: 0,
  minConfidence: 0,
  trace: false,
} as const;

/** Resident memory, in a process of its own as in the editor, after a few requests. */
async function memoryOf(folder: string): Promise<number> {
  return (await measureProcess({ model: folder, threads, options: REQUEST, text: benchText(), worker: WORKER }))
    .afterRequests;
}

const folders = [args.model, args.beside];
const models: Measured[] = [];
for (const folder of folders) models.push(await prepare(folder));
for (let repeat = 0; repeat <= repeats; repeat++) {
  const at = Math.floor((repeat * (models[0]!.ids.length - 2000)) / (repeats + 1));
  for (const model of models) await measureAt(model, at);
}
for (const { loaded } of models) await loaded.model.dispose();
const [here, beside] = models as [Measured, Measured];
const times = here.names.map((name): string[] => {
  const [a, b] = [here.least(name), beside.least(name)];
  return [name, a?.toFixed(1) ?? '', b?.toFixed(1) ?? '', a && b ? (b / a).toFixed(2) : ''];
});
const memory = [await memoryOf(folders[0]!), await memoryOf(folders[1]!)] as const;
const titles = models.map(({ loaded: { manifest } }) => `${manifest.name} ${manifest.version}`);
console.log(
  markdownTable([
    ['least ms', ...titles, 'ratio'],
    ...times,
    [
      'memory of the process, MB',
      ...memory.map((bytes) => (bytes / 1e6).toFixed(0)),
      (memory[1] / memory[0]).toFixed(2),
    ],
  ]),
);
const both = (here.least('denoise 16') ?? NaN) + (here.least('read on 1') ?? NaN);
const ratio = ((beside.least('denoise 16') ?? NaN) / both).toFixed(2);
console.log(`\n16 positions beside / 16 positions and one token read on here: ${ratio}, at most 1.3`);
console.log(`${here.loaded.device}, ${String(here.loaded.threads)} threads`);
