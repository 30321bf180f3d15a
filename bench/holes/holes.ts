// Several holes that are filled together, against each filled alone: what ends of lines cost, and how often a name and its later use are right.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Engine } from '../../src/engine/engine.js';
import { BUNDLED_MODEL, benchText } from '../benchText.js';
import { markdownTable } from '../markdownTable.js';
import { type DrawnHoles, lineHoles, relatedHoles, type SourceText } from './drawnHoles.js';
import { type BothWays, type MeasuredHoles, measureHoles } from './measureHoles.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: BUNDLED_MODEL },
    threads: { type: 'string', default: '2' },
    texts: { type: 'string' },
    holes: { type: 'string', default: '4' },
    lines: { type: 'string', default: '20,40,80' },
    documents: { type: 'string', default: '24' },
    pairs: { type: 'string', default: '200' },
  },
});
const SMALLEST_TEXT = 1000;
const LARGEST_TEXT = 40_000;
const WAYS = ['alone', 'together'] as const;

/** Without `--texts`, this project's own. */
function sources(): readonly SourceText[] {
  const all: SourceText[] =
    args.texts === undefined
      ? benchText()
          .split(/(?<=\n\}\n)(?=import )/u)
          .map((text) => ({ language: 'typescript', text }))
      : readFileSync(args.texts, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as SourceText);
  return all.filter(({ text }) => text.length >= SMALLEST_TEXT && text.length <= LARGEST_TEXT);
}

/** So many as `draw` makes of texts from all over the list. */
function drawn(
  texts: readonly SourceText[],
  count: number,
  draw: (text: SourceText, seed: number) => DrawnHoles | undefined,
): readonly DrawnHoles[] {
  const found: DrawnHoles[] = [];
  // A prime step comes to each of them once.
  const step = 7919;
  for (let i = 0; i < texts.length && found.length < count; i++) {
    const holes = draw(texts[(i * step) % texts.length]!, i);
    if (holes !== undefined) found.push(holes);
  }
  return found;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const percent = (values: readonly boolean[]): string =>
  `${((100 * sum(values.map(Number))) / values.length).toFixed(1)}%`;

function ratio(results: readonly BothWays[], cost: (of: MeasuredHoles) => number): string {
  const of = (way: (typeof WAYS)[number]): number => sum(results.map((result) => cost(result[way])));
  return (of('together') / of('alone')).toFixed(2);
}

const engine = await Engine.load({ modelPath: args.model, device: 'cpu', threads: Number(args.threads) });
const options = {
  steps: engine.recommended.steps,
  maxTokens: 64,
  candidates: 1,
  multiline: 'auto',
  temperature: 0,
  topP: 1,
  seed: 0,
  minConfidence: 0,
  trace: false,
} as const;
const texts = sources();

const costs: string[][] = [];
for (const within of args.lines.split(',').map(Number)) {
  const documents = drawn(texts, Number(args.documents), (text, seed) =>
    lineHoles(text, Number(args.holes), within, seed),
  );
  const results = await measureHoles(engine, documents, options);
  const right = (way: (typeof WAYS)[number]): string =>
    percent(results.flatMap((result) => result.holes.texts.map((text, i) => result[way].texts[i] === text)));
  costs.push([
    `${args.holes} ends of lines within ${String(within)}`,
    String(results.length),
    ratio(results, ({ cpu }) => cpu),
    ratio(results, ({ ms }) => ms),
    ratio(results, ({ read }) => read),
    right('alone'),
    right('together'),
  ]);
}
console.log(
  markdownTable([
    [
      'together / alone',
      'documents',
      'processor time',
      'time',
      'tokens read',
      'holes filled exactly, alone',
      'together',
    ],
    ...costs,
  ]),
);

const pairs = await measureHoles(engine, drawn(texts, Number(args.pairs), relatedHoles), options);
await engine.dispose();
const shareOf = (way: (typeof WAYS)[number], holds: (texts: readonly string[], name: string) => boolean): string =>
  percent(pairs.map((pair) => holds(pair[way].texts, pair.holes.texts[0]!)));
console.log(
  `\n${markdownTable([
    [`${String(pairs.length)} names and their only use`, ...WAYS],
    ['the name is right', ...WAYS.map((way) => shareOf(way, ([first], name) => first === name))],
    ['its use is right', ...WAYS.map((way) => shareOf(way, ([, second], name) => second === name))],
    [
      'the use has the name that was written',
      ...WAYS.map((way) => shareOf(way, ([first, second]) => first !== '' && first === second)),
    ],
    ['something is written in its use', ...WAYS.map((way) => shareOf(way, ([, second]) => second !== ''))],
    ['processor time', '1', ratio(pairs, ({ cpu }) => cpu)],
  ])}`,
);
