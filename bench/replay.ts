// What suggestions save a typist: held-out lines are written key by key, with what the editor would show at its defaults (its cache and
// its rules, no delay), by a typist who takes what is right. `python -m training.evaluate.typed_lines` writes the lines. Intervals:
// 95 % over resampled lines. --out keeps each line's record as soon as it is there, so what was stopped goes on; --against compares with
// what another build kept of the same lines.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { indentUnitOf } from '../src/atCursor/textForm.js';
import { seededRandom } from '../src/engine/diffusion/random.js';
import { Engine } from '../src/engine/engine.js';
import { refusePlace } from '../src/extension/editor/refusePlace.js';
import { Latency } from '../src/extension/runtime/latency.js';
import { infillOptions } from '../src/extension/settings/requestOptions.js';
import { resolveSettings } from '../src/extension/settings/settings.js';
import { TypingRhythm } from '../src/extension/suggest/adaptiveDelay.js';
import { Suggester } from '../src/extension/suggest/suggester.js';
import { SuggestionCache } from '../src/atCursor/suggestionCache.js';
import { BUNDLED_MODEL } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { hasNoWord, isOneCharacter, type TypedLine, type TypedRecord, typeLine } from './typist.js';

const { values: args } = parseArgs({
  options: {
    lines: { type: 'string' },
    model: { type: 'string', default: BUNDLED_MODEL },
    threads: { type: 'string', default: '2' },
    steps: { type: 'string' },
    out: { type: 'string' },
    against: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
if (args.lines === undefined) {
  throw new Error('Name the lines: --lines FILE, which `python -m training.evaluate.typed_lines` writes.');
}

interface Line extends TypedLine {
  readonly id: string;
  readonly language: string;
}
type Typed = TypedRecord & { readonly id: string };

const RESAMPLES = 1000;
const NO_DELAY = { mode: 'fixed', milliseconds: 0 } as const;
const english = { t: (message: string) => message };

const lines = readLines(args.lines) as Line[];
const engine = await Engine.load({ modelPath: args.model, device: 'cpu', threads: Number(args.threads) });
const settings = resolveSettings((key) => (key === 'steps' && args.steps ? Number(args.steps) : undefined));
const options = infillOptions(settings, true);
let requests = 0;
const suggester = new Suggester({
  infill: (request, signal) => {
    requests++;
    return engine.infill(request, { signal });
  },
  isReady: () => true,
  cache: new SuggestionCache(),
  latency: new Latency(),
  rhythm: new TypingRhythm(),
  now: () => performance.now(),
  sleep: () => Promise.resolve(),
});

const kept = new Map(
  args.out && existsSync(args.out) ? (readLines(args.out) as Typed[]).map((each) => [each.id, each]) : [],
);
const records: Typed[] = [];
const began = performance.now();
for (const { id, language, ...line } of lines) {
  const known = kept.get(id);
  if (known) {
    records.push(known);
    continue;
  }
  const indentUnit = indentUnitOf(line.prefix + line.line + line.suffix);
  const record = await typeLine(line, async (prefix, suffix) => {
    const context = { prefix, prefixOffset: 0, suffix, languageId: language, eol: '\n', indentUnit } as const;
    const request = { document: id, context, options, delay: NO_DELAY, ahead: '', otherCursors: [] };
    const unwelcome = refusePlace(prefix, suffix, english);
    const answer = await suggester.suggest({ ...request, unwelcome }, new AbortController().signal);
    if (answer.kind === 'none' && answer.error) throw answer.error;
    return answer.kind === 'suggestions' ? answer.suggestions[0]?.text : undefined;
  });
  records.push({ id, ...record });
  if (args.out) appendFileSync(args.out, `${JSON.stringify(records.at(-1))}\n`);
  if (records.length % 10 === 0) {
    console.error(`${String(records.length)} of ${String(lines.length)}, ${seconds(performance.now() - began)}`);
  }
}
await engine.dispose();

type Measure = (records: readonly TypedRecord[]) => number;
const sum = (records: readonly TypedRecord[], of: (record: TypedRecord) => number): number =>
  records.reduce((total, record) => total + of(record), 0);
const shownWith =
  (test: (text: string) => boolean): Measure =>
  (records) =>
    (100 * sum(records, ({ shown }) => shown.filter(({ text }) => test(text)).length)) /
    Math.max(
      1,
      sum(records, ({ shown }) => shown.length),
    );
const keysSaved: Measure = (records) =>
  100 * (1 - sum(records, ({ keys }) => keys) / sum(records, ({ characters }) => characters));
const wrongTexts: Measure = (records) =>
  (100 * sum(records, ({ shown }) => shown.filter(({ right }) => !right).length)) / sum(records, ({ keys }) => keys);
const MEASURES: readonly (readonly [string, Measure])[] = [
  ['keys saved, %', keysSaved],
  [
    'characters written by suggestions, %',
    (records) => (100 * sum(records, ({ written }) => written)) / sum(records, ({ characters }) => characters),
  ],
  ['wrong texts shown per 100 keys', wrongTexts],
  [
    'texts shown per 100 keys',
    (records) => (100 * sum(records, ({ shown }) => shown.length)) / sum(records, ({ keys }) => keys),
  ],
  ['shown texts of one character, %', shownWith(isOneCharacter)],
  ['shown texts without letter or digit, %', shownWith(hasNoWord)],
];

const others = args.against === undefined ? undefined : sameLines(readLines(args.against) as Typed[]);
const cell = (value: (pick: (all: readonly Typed[]) => readonly Typed[]) => number): string => {
  const random = seededRandom(Number(args.seed));
  const resampled = Array.from({ length: RESAMPLES }, () => {
    const picked = records.map(() => Math.floor(random.uniform() * records.length));
    return value((all) => picked.map((i) => all[i]!));
  }).sort((a, b) => a - b);
  const at = (share: number): string => resampled[Math.round(share * (RESAMPLES - 1))]!.toFixed(2);
  return `${value((all) => all).toFixed(2)} (${at(0.025)} to ${at(0.975)})`;
};
console.log(
  markdownTable([
    ['measure', 'this build', ...(others ? ['the other', 'ratio'] : [])],
    ...MEASURES.map(([name, measure]) => [
      name,
      cell((pick) => measure(pick(records))),
      ...(others
        ? [cell((pick) => measure(pick(others))), cell((pick) => measure(pick(records)) / measure(pick(others)))]
        : []),
    ]),
  ]),
);
console.log(
  `\n${String(lines.length)} lines, ${String(sum(records, ({ characters }) => characters))} characters, ${String(requests)} requests, ` +
    `${String(options.steps)} steps, ${engine.info.name} ${engine.info.version}, ${seconds(performance.now() - began)}`,
);

function readLines(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

function sameLines(written: readonly Typed[]): readonly Typed[] {
  const byId = new Map(written.map((record) => [record.id, record]));
  return records.map(({ id }) => {
    const record = byId.get(id);
    if (!record) throw new Error(`${args.against!} has no line ${id}. Replay the same lines with both builds.`);
    return record;
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0)} s`;
}
