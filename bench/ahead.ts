// What fetching ahead costs and saves. While a suggestion is read, the editor asks for what comes after it. Held-out lines are typed up to a
// random character; where something is shown there, this measures in turns: the request at the accepted text's end, which nobody waits for
// then; a key typed instead, after a fetch ahead and without one; and a key typed in the middle of one. `--lines` as for `replay`.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { indentUnitOf } from '../src/atCursor/textForm.js';
import { seededRandom } from '../src/engine/diffusion/random.js';
import { Engine } from '../src/engine/engine.js';
import { infillOptions } from '../src/extension/settings/requestOptions.js';
import { resolveSettings } from '../src/extension/settings/settings.js';
import type { InfillRequest } from '../src/shared/infillRequest.js';
import type { InfillOutcome } from '../src/shared/outcome.js';
import { BUNDLED_MODEL } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { quantile } from './quantile.js';
import type { TypedLine } from './typist.js';

const { values: args } = parseArgs({
  options: {
    lines: { type: 'string' },
    model: { type: 'string', default: BUNDLED_MODEL },
    threads: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
if (args.lines === undefined) {
  throw new Error('Name the lines: --lines FILE, which `python -m training.evaluate.typed_lines` writes.');
}

type Line = TypedLine & { readonly language: string };
interface Asked {
  readonly ms: number;
  readonly read: number;
  readonly outcome: InfillOutcome;
}
interface Look {
  readonly confidence: number;
  readonly right: boolean;
}

const lines = readFileSync(args.lines, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Line);
const engine = await Engine.load({ modelPath: args.model, device: 'cpu', threads: Number(args.threads) });
const settings = resolveSettings(() => undefined);
const options = infillOptions(settings, true);
const random = seededRandom(Number(args.seed));

const looks: Look[] = [];
const waits = { accepted: [] as Asked[], key: [] as Asked[], keyAfter: [] as Asked[], keyInside: [] as Asked[] };
for (const { prefix, line, suffix, language } of lines) {
  const indentUnit = indentUnitOf(prefix + line + suffix);
  const at = Math.floor(random.uniform() * (line.length - 2)) + 1;
  const requestAfter = (written: string): InfillRequest => ({
    context: { prefix: prefix + written, prefixOffset: 0, suffix, languageId: language, eol: '\n', indentUnit },
    options: { ...options, minConfidence: 0 },
  });
  const before = requestAfter(line.slice(0, at - 1));
  const here = requestAfter(line.slice(0, at));
  await ask(before);
  const shown = shownOf((await ask(here)).outcome);
  if (shown === undefined) continue;
  looks.push({ confidence: shown.confidence, right: line.startsWith(shown.text, at) });
  const accepted = requestAfter(line.slice(0, at) + shown.text);
  const key = requestAfter(line.slice(0, at + 1));
  const rounds: (() => Promise<void>)[] = [
    async () => void waits.key.push(await ask(key)),
    async () => {
      waits.accepted.push(await ask(accepted));
      waits.keyAfter.push(await ask(key));
    },
    async () => {
      const controller = new AbortController();
      const ahead = engine.infill(accepted, { signal: controller.signal });
      await new Promise((resolve) => setTimeout(resolve, random.uniform() * (waits.accepted.at(-1)?.ms ?? 300)));
      controller.abort();
      waits.keyInside.push(await ask(key));
      await ahead;
    },
  ];
  if (random.uniform() < 0.5) rounds.reverse();
  for (const round of rounds) {
    await ask(before);
    await ask(here);
    await round();
  }
}
await engine.dispose();

const row = (name: string, asked: readonly Asked[]): string[] => {
  const ms = asked.map((each) => each.ms);
  const read = asked.reduce((sum, each) => sum + each.read, 0) / Math.max(1, asked.length);
  return [name, ...[0.5, 0.9].map((share) => quantile(ms, share).toFixed(0)), read.toFixed(1)];
};
console.log(
  markdownTable([
    ['request', 'median ms', '90 % ms', 'tokens read, mean'],
    row('at the end of the accepted text: no longer waited for', waits.accepted),
    row('a key typed instead, nothing fetched ahead', waits.key),
    row('a key typed instead, after a fetch ahead', waits.keyAfter),
    row('a key typed instead, in the middle of a fetch ahead', waits.keyInside),
  ]),
);
console.log(`\n${String(looks.length)} texts shown at ${String(lines.length)} cursors\n`);
console.log(
  markdownTable([
    ['fetched where the confidence is at least', 'texts fetched for', 'of those that are right', 'right among them'],
    ...[0, 0.2, 0.3, 0.4, 0.5, 0.6].map((least) => {
      const fetched = looks.filter(({ confidence }) => confidence >= least);
      const right = (of: readonly Look[]): number => of.filter((look) => look.right).length;
      const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;
      return [
        String(least),
        percent(fetched.length, looks.length),
        percent(right(fetched), right(looks)),
        percent(right(fetched), fetched.length),
      ];
    }),
  ]),
);

async function ask(request: InfillRequest): Promise<Asked> {
  const began = performance.now();
  const outcome = await engine.infill(request);
  return { ms: performance.now() - began, read: outcome.report.encodedTokens, outcome };
}

/** What the editor shows while one types. */
function shownOf(outcome: InfillOutcome): { readonly text: string; readonly confidence: number } | undefined {
  const [first] = outcome.kind === 'infill' ? outcome.candidates : [];
  const text = first?.unasked ?? first;
  const isShown = text !== undefined && text.confidence >= settings.minimumConfidence && (text.worth ?? 1) > 0;
  return isShown ? text : undefined;
}
