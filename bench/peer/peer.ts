// A warm keystroke, this project against llama.cpp with the same base model, in one run on the same texts and threads.
//   npm run bench -- peer --gguf BASE.Q4_0.gguf
// Both have the context cached and get one more token. llama.cpp writes 32 tokens greedily; Infill fills a canvas of 32 in
// 8 steps, and has read 127 tokens of suffix besides. The two take turns, each repetition once, so that other work on
// the machine disturbs both alike; the least time over the repetitions of a text counts, averaged over the texts.
import { existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Engine } from '../../src/engine/engine.js';
import { loadModel } from '../../src/engine/network/loadModel.js';
import type { InfillOptions } from '../../src/shared/infillOptions.js';
import { loadTokenizer } from '../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED_MODEL, benchText } from '../benchText.js';
import { markdownTable } from '../markdownTable.js';
import { LlamaPeer } from './llamaPeer.js';

const { values: args } = parseArgs({
  options: {
    gguf: { type: 'string' },
    model: { type: 'string', default: BUNDLED_MODEL },
    threads: { type: 'string', default: '2' },
    texts: { type: 'string', default: '6' },
    repeats: { type: 'string', default: '10' },
  },
});
if (args.gguf === undefined)
  throw new Error('Say --gguf FILE: SmolLM2-135M as Q4_0 (bench/peer/README.md says how to make it).');

const CANVAS = 32;
const STEPS = 8;
const CONTEXT = 511;
const threads = Number(args.threads);

if (!existsSync(path.join(import.meta.dirname, 'node_modules'))) {
  console.error('Installing node-llama-cpp ...');
  execFileSync('npm', ['ci', '--ignore-scripts', '--omit=optional'], { cwd: import.meta.dirname, stdio: 'inherit' });
}

interface BenchCase {
  readonly prefix: readonly number[];
  readonly typed: number;
  readonly suffix: readonly number[];
}

const loaded = await loadModel(args.model, { device: 'cpu', threads });
const tokenizer = await loadTokenizer(loaded.tokenizerPath);
const { mask } = loaded.model.manifest.tokens;
const ids = tokenizer.encode(benchText());
const count = Number(args.texts);
const cases: BenchCase[] = Array.from({ length: count }, (_, i) => {
  const at = Math.floor((i * (ids.length - 1000)) / count);
  return {
    prefix: ids.slice(at, at + CONTEXT - 1),
    typed: ids[at + CONTEXT - 1]!,
    suffix: ids.slice(at + CONTEXT + CANVAS, at + CONTEXT + CANVAS + 127),
  };
});

/** All 8 steps on a canvas of 32, four tokens a step: what the 8 steps cost when no token is easy. */
async function pureDiffusion({ prefix, typed, suffix }: BenchCase): Promise<number> {
  await loaded.model.openContext(prefix, suffix);
  const begin = performance.now();
  const context = await loaded.model.openContext([...prefix, typed], suffix);
  const canvas = new Array<number>(CANVAS).fill(mask);
  for (let step = 0; step < STEPS; step++) {
    const positions = canvas.flatMap((id, position) => (id === mask ? [position] : []));
    const [rows] = await context.predict([{ canvas, positions }], 0);
    const surest = rows!.toSorted((a, b) => a.entropy - b.entropy).slice(0, CANVAS / STEPS);
    for (const { position, ids: likely } of surest) canvas[position] = likely[0]!;
  }
  tokenizer.decode(canvas);
  return performance.now() - begin;
}

const llama = await LlamaPeer.start(args.gguf, threads);
const pure: number[][] = [];
const peer: number[][] = [];
for (const benchCase of cases) {
  const times: [number[], number[]] = [[], []];
  await llama.prime(benchCase.prefix);
  for (let repeat = 0; repeat < Number(args.repeats); repeat++) {
    times[0].push(await pureDiffusion(benchCase));
    times[1].push((await llama.complete(benchCase.prefix.length, [benchCase.typed], CANVAS)).ms);
  }
  pure.push(times[0]);
  peer.push(times[1]);
}
await loaded.model.dispose();

// The whole path as shipped: text in, text out, with the bundled defaults (healing, absorbing, filters), least over repeats.
const engine = await Engine.load({ modelPath: args.model, device: 'cpu', threads });
const shipped: number[][] = [];
const shippedTokens: number[] = [];
for (const benchCase of cases) {
  const prefix = tokenizer.decode(benchCase.prefix);
  const typed = prefix + tokenizer.decode([benchCase.typed]);
  const suffix = tokenizer.decode(benchCase.suffix);
  const times: number[] = [];
  for (let repeat = 0; repeat < Number(args.repeats); repeat++) {
    await engine.infill(requestFor(prefix, suffix, 1));
    const outcome = await engine.infill(requestFor(typed, suffix, STEPS));
    times.push(outcome.report.ms.total);
    shippedTokens.push(outcome.kind === 'infill' ? outcome.candidates[0]!.tokens.length : 0);
  }
  shipped.push(times);
}
llama.stop();
await engine.dispose();

function requestFor(prefix: string, suffix: string, steps: number): Parameters<Engine['infill']>[0] {
  const options: InfillOptions = {
    steps,
    maxTokens: CANVAS,
    candidates: 1,
    multiline: 'always',
    temperature: 0,
    topP: 1,
    seed: 0,
    minConfidence: 0,
    trace: false,
  };
  const context = { prefix, prefixOffset: 0, suffix, languageId: 'typescript', eol: '\n', indentUnit: '  ' } as const;
  return { context, options };
}

const meanOfLeast = (times: readonly number[][]): number =>
  times.reduce((sum, runs) => sum + Math.min(...runs), 0) / times.length;
const median = (times: readonly number[][]): number =>
  times.flat().toSorted((a, b) => a - b)[times.flat().length >> 1]!;
const row = (name: string, times: readonly number[][]): string[] => [
  name,
  meanOfLeast(times).toFixed(0),
  median(times).toFixed(0),
  (meanOfLeast(times) / meanOfLeast(peer)).toFixed(2),
];
console.log(
  markdownTable([
    ['warm keystroke', 'ms (least per text, mean)', 'ms (median)', 'against llama.cpp'],
    row(`llama.cpp ${llama.version}, ${path.basename(args.gguf)}, ${String(CANVAS)} tokens`, peer),
    row(`Infill, ${String(STEPS)} steps, canvas ${String(CANVAS)}, every step taken`, pure),
    row(`Infill as shipped, at most ${String(STEPS)} steps, canvas ${String(CANVAS)}, text to text`, shipped),
  ]),
);
console.log(
  `\n${String(threads)} threads; ${String(count)} texts of ${String(CONTEXT)} tokens, ${args.repeats} repetitions each; must reach 0.6.`,
);
const meanTokens = shippedTokens.reduce((sum, tokens) => sum + tokens, 0) / shippedTokens.length;
console.log(`Infill as shipped wrote ${meanTokens.toFixed(1)} tokens on average.`);
