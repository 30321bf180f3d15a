// What the context cache saves, as ratios in one run:
//   warm request against cold one at 512 context tokens, steps excluded;
//   a denoising step with the cached context against running context and canvas together for every step.
import { parseArgs } from 'node:util';
import { loadModel } from '../src/engine/network/loadModel.js';
import type { CanvasQuery } from '../src/engine/contract/model.js';
import { loadTokenizer } from '../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED_MODEL, benchText } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { summarise, type Summary } from './summary.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: BUNDLED_MODEL },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '12' },
  },
});

const CANVAS = 32;
const loaded = await loadModel(args.model, { device: 'cpu', threads: Number(args.threads) });
const tokenizer = await loadTokenizer(loaded.tokenizerPath);
const { limits, tokens } = loaded.model.manifest;
const ids = tokenizer.encode(benchText());
const [prefixLength, suffixLength] = [limits.prefix - 2, limits.suffix - 1];
const blank: CanvasQuery = {
  canvas: new Array<number>(CANVAS).fill(tokens.mask),
  positions: Array.from({ length: CANVAS }, (_, position) => position),
};

const cold: number[] = [];
const warm: number[] = [];
const step: number[] = [];
const together: number[] = [];
const repeats = Number(args.repeats);
for (let repeat = 0; repeat <= repeats; repeat++) {
  // Texts that share nothing but the start token: nothing is reused.
  const at = Math.floor((repeat * (ids.length - 1000)) / (repeats + 1));
  const prefix = ids.slice(at, at + prefixLength);
  const suffix = ids.slice(at + prefixLength + 20, at + prefixLength + 20 + suffixLength);
  const typed = [...prefix, ids[at + prefixLength]!];
  const begin = performance.now();
  await loaded.model.openContext(prefix, suffix);
  const opened = performance.now();
  const context = await loaded.model.openContext(typed, suffix);
  const reopened = performance.now();
  const steps: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    await context.predict([blank], 0);
    steps.push(performance.now() - start);
  }
  if (repeat === 0) continue; // warms the runtime up
  cold.push(opened - begin);
  warm.push(reopened - opened);
  step.push(Math.min(...steps));
  together.push(opened - begin + Math.min(...steps));
}
await loaded.model.dispose();

const row = (name: string, { least, median, count }: Summary): string[] => [
  name,
  least.toFixed(1),
  median.toFixed(1),
  String(count),
];
const [c, w, s, t] = [cold, warm, step, together].map(summarise) as [Summary, Summary, Summary, Summary];
console.log(
  markdownTable([
    ['what', 'least ms', 'median ms', 'runs'],
    row(`cold context, ${String(limits.prefix - 1)} + ${String(limits.suffix)} tokens`, c),
    row('warm context, one token typed', w),
    row(`denoising step, cached context, ${String(CANVAS)} masks`, s),
    row('the same step, context and canvas run together', t),
  ]),
);
const ratio = (a: Summary, b: Summary): string =>
  `${(a.least / b.least).toFixed(1)} (medians ${(a.median / b.median).toFixed(1)})`;
console.log(`\ncold / warm request without its steps: ${ratio(c, w)}, must reach 5`);
console.log(`step with everything run together / step with cached context: ${ratio(t, s)}, must reach 8`);
console.log(`${loaded.device}, ${String(loaded.threads)} threads, ${loaded.manifest.name} ${loaded.manifest.version}`);
