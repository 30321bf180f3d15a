import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Call, Scenario } from './scenario.js';
import { addEntries, type Entries, type Json } from './tape.js';
import { Unvarying } from './unvarying.js';

/** Runs the calls of a scenario with the program `cli`. Answers what they said, by names that begin with the scenario's. */
export async function runScenario(scenario: Scenario, cli: string): Promise<Entries> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'infill-tape-')));
  try {
    for (const { from, to } of scenario.copies ?? []) await cp(from, path.join(folder, to), { recursive: true });
    const entries: Entries = {};
    for (const call of scenario.calls) {
      addEntries(entries, await runCall(`${scenario.name}/${call.name}`, call, cli, folder));
    }
    return entries;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runCall(name: string, call: Call, cli: string, folder: string): Promise<Entries> {
  for (const [file, text] of Object.entries(call.files ?? {})) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  for (const [file, edit] of Object.entries(call.edits ?? {})) {
    const edited = path.join(folder, file);
    await writeFile(edited, edit(await readFile(edited, 'utf8')));
  }
  const stdin = (call.lines ?? []).map(({ request }) =>
    typeof request === 'string' ? `${request}\n` : `${JSON.stringify(request)}\n`,
  );
  const { exitCode, stdout, stderr } = await run(cli, call.args, stdin.join(''), folder);
  const unvarying = new Unvarying(folder, cli);
  const whole: Record<string, Json> = { exitCode };
  if (stderr !== '') whole['stderr'] = unvarying.text(stderr);
  for (const written of call.written ?? []) whole[written] = await contentOf(path.join(folder, written));
  const entries: Entries = { [name]: whole };
  if (call.lines === undefined) {
    whole['stdout'] = call.args.includes('--json') ? parsed(stdout, unvarying) : unvarying.text(stdout);
    return entries;
  }
  const answers = stdout.split('\n').slice(0, -1);
  for (const [i, line] of call.lines.entries()) {
    const answer = answers[i];
    if (answer !== undefined) entries[`${name}/${line.name}`] = parsed(answer, unvarying);
  }
  if (answers.length !== call.lines.length) whole['answers'] = answers.length;
  return entries;
}

function parsed(text: string, unvarying: Unvarying): Json {
  try {
    return unvarying.json(JSON.parse(text) as Json);
  } catch {
    return unvarying.text(text); // a refusal
  }
}

interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(cli: string, args: readonly string[], stdin: string, cwd: string): Promise<Finished> {
  const { PATH, TEMP, TMP, TMPDIR, SystemRoot } = process.env;
  const kept = Object.fromEntries(
    Object.entries({ PATH, TEMP, TMP, TMPDIR, SystemRoot }).filter(([, v]) => v !== undefined),
  );
  const env = { ...kept, INFILL_HOME: path.join(cwd, 'home'), INFILL_ANY_MEMORY: '1', HOME: cwd };
  const child = spawn(process.execPath, [cli, ...args], { cwd, env, stdio: 'pipe' });
  child.stdin.on('error', () => undefined); // a program that refuses its options reads nothing
  child.stdin.end(stdin);
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (texts[stream] += text));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...texts }));
  });
}

/** A hash for each file in a folder, or the text of one. */
async function contentOf(place: string): Promise<Json> {
  const kind = await stat(place).catch(() => undefined);
  if (kind === undefined) return null;
  if (!kind.isDirectory()) return readFile(place, 'utf8');
  const names = (await readdir(place, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const contents = names.map(async (name): Promise<[string, Json]> => {
    const shown = path.relative(place, name).split(path.sep).join('/');
    const bytes = await readFile(name);
    const isManifest = path.basename(name) === 'manifest.json';
    return [
      shown,
      isManifest ? (JSON.parse(bytes.toString()) as Json) : createHash('sha256').update(bytes).digest('hex'),
    ];
  });
  return Object.fromEntries(await Promise.all(contents));
}
