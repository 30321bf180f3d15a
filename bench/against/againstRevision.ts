// This state of the project against an earlier one:
//   npm run bench -- request --against REVISION
// Both are built, with their own weights, and each runs in a process of its own that stays alive. They take turns on the same texts,
// and which of them goes first takes turns as well, so other work on the machine disturbs both alike. The least time over the
// repetitions of a text counts, averaged over the texts; the medians say what was felt.
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { mustRun } from '../../scripts/steps/run.mjs';
import { benchText } from '../benchText.js';
import { markdownTable } from '../markdownTable.js';
import { MANY_PASSES } from '../measureProcess.js';
import { summarise } from '../summary.js';
import { typedRequests } from '../typedRequests.js';
import { type BuiltTree, buildWorkingTree, withRevision } from './buildTree.js';
import type { LoadedBuild, TimedRequest } from './measured.js';
import { MeasuredBuild } from './measuredBuild.js';

const { values: args } = parseArgs({
  options: {
    against: { type: 'string' },
    threads: { type: 'string', default: '2' },
    texts: { type: 'string', default: '24' },
    repeats: { type: 'string', default: '5' },
    processes: { type: 'string', default: '3' },
    package: { type: 'boolean', default: false },
  },
});
if (args.against === undefined || args.against === '') throw new Error('Say --against REVISION.');
const [threads, texts, repeats, processes] = [args.threads, args.texts, args.repeats, args.processes].map(Number) as [
  number,
  number,
  number,
  number,
];
const text = benchText();

/** One of the two, with its times: by what is measured and by text. */
interface Side {
  readonly tree: BuiltTree;
  readonly build: MeasuredBuild;
  readonly loaded: LoadedBuild;
  readonly values: Map<string, number[][]>;
  /** How many tokens a cold context read. */
  contextTokens: number;
}

async function startSide(tree: BuiltTree): Promise<Side> {
  const build = new MeasuredBuild(tree.measured);
  const loaded = await build.ask('load', { model: tree.model, threads, text });
  return { tree, build, loaded, values: new Map(), contextTokens: 0 };
}

function add(side: Side, what: string, index: number, value: number): void {
  const all = side.values.get(what) ?? [];
  side.values.set(what, all);
  (all[index] ??= []).push(value);
}

/** Both do the same, the first one first in every other turn. */
async function inTurn(sides: readonly Side[], turn: number, work: (side: Side) => Promise<void>): Promise<void> {
  for (const side of turn % 2 === 0 ? sides : sides.toReversed()) await work(side);
}

async function measureRequests(sides: readonly Side[], what: string, stepsOf: (side: Side) => number): Promise<number> {
  const requests = new Map(sides.map((side) => [side, typedRequests(text, texts, stepsOf(side))]));
  let equal = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (let index = 0; index < texts; index++) {
      const answers = new Set<string>();
      await inTurn(sides, repeat + index, async (side) => {
        const { ms, processorMs, rankMs, answer }: TimedRequest = await side.build.ask(
          'request',
          requests.get(side)![index]!,
        );
        add(side, what, index, ms);
        add(side, `${what}: processor time`, index, processorMs);
        add(side, `${what}: ranking of ends`, index, rankMs);
        answers.add(answer);
      });
      if (repeat === 0 && answers.size === 1) equal++;
    }
  }
  return equal;
}

async function measureContexts(sides: readonly Side[]): Promise<void> {
  const places = Math.ceil(texts / 4);
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (let index = 0; index < places; index++) {
      // A little further each time: the token that a context begins with is another one, so nothing of it is known.
      const at = (index + 0.1 * ((repeat + 0.5) / repeats)) / places;
      await inTurn(sides, repeat + index, async (side) => {
        const { ms, tokens } = await side.build.ask('context', { at });
        add(side, 'cold context', index, ms);
        side.contextTokens = tokens;
      });
    }
  }
}

async function measureProcesses(sides: readonly Side[]): Promise<void> {
  for (let repeat = 0; repeat < processes; repeat++) {
    await inTurn(sides, repeat, async (side) => {
      const { model, worker } = side.tree;
      const costs = await side.build.ask('process', { model, worker, threads, text, options: MANY_PASSES });
      add(side, 'model load, fresh process', 0, costs.loadMs);
      add(side, 'memory of the process after the load, MB', 0, costs.afterLoad / 1e6);
      add(side, '... after 5 requests of 3 candidates, MB', 0, costs.afterRequests / 1e6);
    });
  }
}

async function measurePackages(sides: readonly Side[]): Promise<void> {
  for (const side of sides) {
    const cwd = path.dirname(path.dirname(side.tree.worker));
    const printed = await mustRun(process.execPath, ['scripts/package.mjs'], { cwd, quietly: 'Packing' });
    const file = /^(\S+\.vsix):/mu.exec(printed)?.[1];
    if (file === undefined) throw new Error(`No package was named: ${printed}`);
    add(side, 'package, MB', 0, statSync(path.join(cwd, file)).size / 1e6);
  }
}

const DEFAULT = 'warm request, default N';

await withRevision(args.against, async (revision) => {
  const sides: Side[] = [];
  try {
    for (const tree of [await buildWorkingTree(), revision]) sides.push(await startSide(tree));
    const equal = await measureRequests(sides, DEFAULT, ({ loaded }) => loaded.recommendedSteps);
    const equalAtOne = await measureRequests(sides, 'warm request, 1 step', () => 1);
    await measureContexts(sides);
    await measureProcesses(sides);
    if (args.package) await measurePackages(sides);
    print(sides as [Side, Side], equal, equalAtOne);
  } finally {
    for (const { build } of sides) build.end();
  }
});

function print([here, there]: readonly [Side, Side], equal: number, equalAtOne: number): void {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const of = (side: Side, what: string, which: 'least' | 'median'): number =>
    mean(side.values.get(what)!.map((values) => summarise(values)[which]));
  const rows = [...here.values.keys()].map((what) => {
    const both = (['least', 'median'] as const).map(
      (which) => [of(here, what, which), of(there, what, which)] as const,
    );
    return [what, ...both.flatMap(([own, other]) => [own.toFixed(1), other.toFixed(1), (own / other).toFixed(2)])];
  });
  const titles = [here, there].map(({ tree }) => tree.name);
  const heading = ['least', 'median'].flatMap((which) => [
    `${titles[0]!}, ${which}`,
    `${titles[1]!}, ${which}`,
    'ratio',
  ]);
  console.log(markdownTable([['ms where nothing else is said', ...heading], ...rows]));
  console.log('');
  for (const { tree, loaded, contextTokens } of [here, there]) {
    const [steps, tokens] = [loaded.recommendedSteps, contextTokens].map(String);
    console.log(`${tree.name}: ${loaded.name}, default N ${steps!}, cold contexts of ${tokens!} tokens`);
  }
  console.log(
    `Equal answers: ${String(equal)} of ${String(texts)}, at 1 step ${String(equalAtOne)}; ${String(threads)} threads.`,
  );
}
