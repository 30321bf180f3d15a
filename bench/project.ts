// The index of a project's texts: what it costs to build, and how long an answer takes, by the size of the project.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ProjectPlace } from '../src/engine/project/foundMiddle.js';
import { ProjectIndex } from '../src/engine/project/projectIndex.js';
import { seededRandom, type Random } from '../src/engine/diffusion/random.js';
import { collectGarbage } from '../src/inference/child/collectGarbage.js';
import type { ProjectDocument } from '../src/shared/projectDocument.js';
import { markdownTable } from './markdownTable.js';
import { residentBytes } from './residentBytes.js';
import { quantile } from './quantile.js';

const { values: args } = parseArgs({
  options: {
    texts: { type: 'string' },
    sizes: { type: 'string', default: '1,4,16,64' },
    places: { type: 'string', default: '500' },
  },
});

const MIB = 2 ** 20;
/** Characters that are sent on either side of a cursor. */
const SENT = 8000;
const LARGEST_FILE = 256 * 1024;
const SOURCE = /(?<!\.min)\.(?:c?js|mjs|[cm]?tsx?|py|md|json|c|h|cpp|go|rs|java|css|html)$/u;
const root = path.join(import.meta.dirname, '..');

const hundredths = (value: number): string => value.toFixed(2);

function filesBelow(folder: string, enters: (name: string) => boolean): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return enters(entry.name) ? filesBelow(file, enters) : [];
      return entry.isFile() && SOURCE.test(entry.name) && statSync(file).size <= LARGEST_FILE ? [file] : [];
    });
}

function documentOf(file: string): ProjectDocument {
  const name = path.relative(root, file).replaceAll('\\', '/');
  return {
    uri: `file:///${name}`,
    path: name,
    languageId: path.extname(file).slice(1),
    text: readFileSync(file, 'utf8'),
  };
}

/** Texts in an order in which each start of the list is like the whole. */
function allDocuments(): ProjectDocument[] {
  const documents =
    args.texts === undefined
      ? filesBelow(root, (name) => !/^(?:\.git|dist|models|out|\.cache|\.venv)$/u.test(name)).map(documentOf)
      : readFileSync(args.texts, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { package: string; path: string; language: string; text: string })
          .map((row) => ({
            uri: `file:///${row.package}/${row.path}`,
            path: `${row.package}/${row.path}`,
            languageId: row.language,
            text: row.text,
          }));
  return shuffled(documents, seededRandom(1));
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, at: random.uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** The first documents that have `units` together. */
function firstOf(documents: readonly ProjectDocument[], units: number): ProjectDocument[] {
  let sum = 0;
  return documents.filter(({ text }) => (sum += text.length) <= units);
}

function built(documents: readonly ProjectDocument[]): { index: ProjectIndex; cpu: number; slices: number[] } {
  const index = new ProjectIndex({ limit: 2 ** 30 });
  const slices: number[] = [];
  collectGarbage(); // what the bench itself left behind
  const begun = process.cpuUsage();
  index.replace(documents);
  let waits: boolean;
  do {
    const begin = performance.now();
    waits = index.work();
    slices.push(performance.now() - begin);
  } while (waits);
  const { user, system } = process.cpuUsage(begun);
  return { index, cpu: (user + system) / 1e6, slices };
}

/** Holes of the kinds that an editor leaves: to a line's end, a line, inside a line. */
function placesIn(documents: readonly ProjectDocument[], count: number): ProjectPlace[] {
  const random = seededRandom(2);
  const places: ProjectPlace[] = [];
  const long = documents.filter(({ text }) => text.length > 500);
  while (places.length < count) {
    const { text, uri, languageId } = long[Math.floor(random.uniform() * long.length)]!;
    const offset = Math.floor(random.uniform() * text.length);
    const lineEnd = (text.indexOf('\n', offset) + 1 || text.length + 1) - 1;
    const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    const indent = /^[ \t]*/u.exec(text.slice(lineStart))![0].length;
    const [from, to] = [
      [offset, lineEnd],
      [lineStart + indent, lineEnd],
      [offset, Math.min(lineEnd, offset + 10)],
    ][places.length % 3] as [number, number];
    if (from > to) continue;
    places.push({
      uri,
      languageId,
      offset: from,
      prefix: text.slice(Math.max(0, from - SENT), from),
      suffix: text.slice(to, to + SENT),
    });
  }
  return places;
}

function timesOf(places: readonly ProjectPlace[], index: ProjectIndex): { times: number[]; answered: number } {
  for (const place of places.slice(0, 100)) index.find(place, 10); // warms up
  let answered = 0;
  // The least of five: other work on the machine disturbs single ones.
  const runs = Array.from({ length: 5 }, () =>
    places.map((place) => {
      const begin = performance.now();
      if (index.find(place, 10).length > 0) answered++;
      return performance.now() - begin;
    }),
  );
  answered /= runs.length;
  const times = places.map((_, place) => Math.min(...runs.map((run) => run[place]!)));
  return { times, answered };
}

// This project itself first, while the process holds nothing else.
collectGarbage();
const resident = residentBytes(process.pid);
const own = new ProjectIndex();
{
  const files = filesBelow(root, (name) => !/^(?:\.\w.*|node_modules|dist|models|out)$/u.test(name));
  for (let at = 0; at < files.length; at += 50) {
    own.replace(files.slice(at, at + 50).map(documentOf));
    while (own.work());
  }
}
collectGarbage();
const ownMegabytes = (residentBytes(process.pid) - resident) / MIB;
console.log(
  `This project: ${String(own.stats.documents)} files, ${(own.stats.units / MIB).toFixed(1)} Mi units, ${ownMegabytes.toFixed(0)} MiB more in the process (${(own.stats.bytes / MIB).toFixed(0)} by the index's own count).\n`,
);
own.clear();

const documents = allDocuments();
const sizes = args.sizes.split(',').map(Number);
const places = placesIn(firstOf(documents, sizes[0]! * MIB), Number(args.places));
built(firstOf(documents, 4 * MIB)); // warms up
const rows: string[][] = [
  [
    'Mi units',
    'files',
    'CPU s',
    'bytes a unit',
    'slice p95 ms',
    'longest',
    'find p50 ms',
    'p95',
    'longest',
    'answered',
    'replace ms',
  ],
];
for (const size of sizes) {
  const texts = firstOf(documents, size * MIB);
  // Other work on the machine prolongs slices: the least of three says what they take.
  const builds = [built(texts), built(texts), built(texts)];
  const least = (of: (slices: readonly number[]) => number): number =>
    Math.min(...builds.map(({ slices }) => of(slices)));
  const { index } = builds[0]!;
  const cpu = Math.min(...builds.map((build) => build.cpu));
  const { units, bytes } = index.stats;
  const { times, answered } = timesOf(places, index);
  rows.push([
    (units / MIB).toFixed(1),
    String(texts.length),
    cpu.toFixed(2),
    (bytes / units).toFixed(2),
    hundredths(least((slices) => quantile(slices, 0.95))),
    hundredths(least((slices) => Math.max(...slices))),
    hundredths(quantile(times, 0.5)),
    hundredths(quantile(times, 0.95)),
    hundredths(Math.max(...times)),
    `${String(answered)} of ${String(times.length)}`,
    hundredths(quantile(replaced(index), 0.5)),
  ]);
}
console.log(markdownTable(rows));

/** Milliseconds that a new version of a document of 2,000 lines takes, until it is found. */
function replaced(index: ProjectIndex): number[] {
  const lines = documents.flatMap(({ text }) => (text.length < 30_000 ? text.split('\n') : [])).slice(0, 2000);
  return Array.from({ length: 21 }, (_, run) => {
    const text = [...lines, `// ${String(run)}`].join('\n');
    const begin = performance.now();
    index.replace([{ uri: 'file:///edited', path: 'edited', languageId: 'ts', text }]);
    while (index.stats.waiting > 0) index.work(1000);
    return performance.now() - begin;
  });
}
