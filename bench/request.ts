// What a warm keystroke costs, whole, and what each part of decoding adds to it: as the manifest says, and with one of its
// options changed. All take turns on the same texts; the least time over the repetitions of a text counts, averaged over the texts.
import { parseArgs } from 'node:util';
import { infill } from '../src/engine/infill/infill.js';
import { loadModel } from '../src/engine/network/loadModel.js';
import { recommendedAt, type RecommendedOptions } from '../src/engine/contract/recommended.js';
import { loadTokenizer } from '../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED_MODEL, benchText } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { summarise } from './summary.js';
import { typedRequests } from './typedRequests.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: BUNDLED_MODEL },
    threads: { type: 'string', default: '2' },
    steps: { type: 'string' },
    texts: { type: 'string', default: '24' },
    repeats: { type: 'string', default: '5' },
  },
});

const WAYS: readonly (readonly [name: string, change: Partial<RecommendedOptions>])[] = [
  ['as recommended', {}],
  ['without drafting', { draftTokens: 0 }],
  ['drafting one token', { draftTokens: 1 }],
  ['drafting at 50 %', { draftConfidence: 0.5 }],
  ['ends not ranked', { rankEnds: false }],
  ['no preamble', { preamble: 0 }],
];

const loaded = await loadModel(args.model, { device: 'cpu', threads: Number(args.threads) });
const { model } = loaded;
const tokenizer = await loadTokenizer(loaded.tokenizerPath);
const { recommended } = model.manifest;
const steps = Number(args.steps ?? recommended.steps);
const requests = typedRequests(benchText(), Number(args.texts), steps);
const measured = WAYS.map(() => requests.map(() => ({ ms: [] as number[], passes: 0, characters: 0 })));
for (let repeat = 0; repeat < Number(args.repeats); repeat++) {
  for (const [r, { before, request }] of requests.entries()) {
    for (const [w, [, change]] of WAYS.entries()) {
      const pipeline = {
        model,
        tokenizer,
        recommended: { ...recommendedAt(recommended, steps), bySteps: [], ...change },
      };
      await infill(before, pipeline); // so that the context is warm
      const begin = performance.now();
      const outcome = await infill(request, pipeline);
      const own = measured[w]![r]!;
      own.ms.push(performance.now() - begin);
      const { denoise, verify } = outcome.report.passes;
      own.passes = denoise.count + verify.count;
      own.characters = outcome.kind === 'infill' ? outcome.candidates[0]!.text.length : 0;
    }
  }
}
await model.dispose();

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const rows = measured.map((cells) => ({
  least: mean(cells.map(({ ms }) => summarise(ms).least)),
  median: mean(cells.map(({ ms }) => summarise(ms).median)),
  passes: mean(cells.map(({ passes }) => passes)),
  characters: mean(cells.map(({ characters }) => characters)),
}));
console.log(
  markdownTable([
    [
      `warm keystroke, ${String(steps)} steps`,
      'ms (least per text, mean)',
      'ms (median)',
      'ratio',
      'passes',
      'characters',
    ],
    ...rows.map(({ least, median, passes, characters }, w) => [
      WAYS[w]![0],
      least.toFixed(0),
      median.toFixed(0),
      (least / rows[0]!.least).toFixed(2),
      passes.toFixed(1),
      characters.toFixed(1),
    ]),
  ]),
);
console.log(
  `\n${loaded.device}, ${String(loaded.threads)} threads, ${loaded.manifest.name} ${loaded.manifest.version}`,
);
