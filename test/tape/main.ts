// A tape of what the whole engine does, to hold it while its source is rearranged. Record it on the commit before, check it on the
// commit after: nothing may differ but what a commit changes on purpose. It drives the built command line only, so build first.
//
//   node --import=tsx test/tape/main.ts record OUT.json [--cli PATH]      what dist/cli.cjs, or the one at PATH, answers
//   node --import=tsx test/tape/main.ts check  A.json [--cli PATH]        records and compares with A
//   node --import=tsx test/tape/main.ts compare A.json B.json             shows the first differences
//
//   --only TEXT    only scenarios whose name contains TEXT, for example tiny, bundled, checkpoints, denoise, refusals
//   --ignore KEY   members of answers that may differ, for example passes; may be given several times
//   --short        the requests of tape.test.ts: "record test/fixtures/tape.json --short" after a change on purpose
//
// Exit code 1 where something differs. Numbers are compared to the last bit, so both tapes must come from the same machine. A whole
// tape takes about six minutes of one processor, divided by how many there are.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { differences, report } from './differences.js';
import { record } from './record.js';
import { allScenarios } from './requests/all.js';
import { shortScenarios } from './requests/short.js';
import { ROOT } from './scenario.js';
import { type Entries, readTape, writeTape } from './tape.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    cli: { type: 'string', default: path.join(ROOT, 'dist/cli.cjs') },
    only: { type: 'string', default: '' },
    ignore: { type: 'string', multiple: true, default: [] },
    short: { type: 'boolean', default: false },
  },
});
const [command, first = '', second = ''] = positionals;
const scenarios = (values.short ? shortScenarios() : allScenarios()).filter(({ name }) => name.includes(values.only));

if (command === 'record' && first !== '') {
  const entries = await recorded();
  await writeTape(first, entries);
  console.log(`${Object.keys(entries).length} entries in ${first}`);
} else if (command === 'check' && first !== '') {
  const names = scenarios.map(({ name }) => `${name}/`);
  const asked = ([entry]: [string, unknown]): boolean => names.some((name) => entry.startsWith(name));
  compare(Object.fromEntries(Object.entries(await readTape(first)).filter(asked)), await recorded());
} else if (command === 'compare' && second !== '') {
  compare(await readTape(first), await readTape(second));
} else {
  console.error(
    'Write: record OUT.json, check A.json or compare A.json B.json. The head of test/tape/main.ts says more.',
  );
  process.exitCode = 2;
}

async function recorded(): Promise<Entries> {
  const cli = path.resolve(values.cli);
  if (!existsSync(cli)) throw new Error(`There is no ${cli}. Build it with: node esbuild.js`);
  const started = Date.now();
  const entries = await record(scenarios, cli, (name) => console.error(`${seconds(started)} s  ${name}`));
  console.error(`recorded in ${seconds(started)} s from ${cli}`);
  return entries;
}

function seconds(started: number): number {
  return Math.round((Date.now() - started) / 1000);
}

function compare(before: Entries, after: Entries): void {
  const text = report(differences(before, after, { ignored: values.ignore }));
  console.log(text === '' ? `equal: ${Object.keys(before).length} entries` : text);
  if (text !== '') process.exitCode = 1;
}
