import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import { wayTo } from '../../scripts/lint/importCircles.mjs';
import { importedFile, importsOf } from '../../scripts/lint/importsOf.mjs';
import { FILES_IN_A_ROOM, OUTSIDE, ROOMS } from '../../scripts/lint/rooms.mjs';
import { filesBelow, ROOT } from './filesBelow.js';

function countByFolder(files: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return counts;
}

/** Those of `nodes` that lead back to themselves. */
function inCircles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const next = (name: string): readonly string[] => graph.get(name) ?? [];
  return [...graph.keys()].filter((name) => next(name).some((each) => wayTo(name, each, next) !== undefined));
}

/** The room of what a room may import, which can be a single file. */
function roomOf(allowed: string): string {
  return ROOMS.has(allowed) ? allowed : path.posix.dirname(allowed);
}

test('the plan names rooms, and files of rooms', () => {
  for (const [room, allowed] of ROOMS) {
    for (const each of allowed) {
      assert.ok(ROOMS.has(roomOf(each)), `${room} may import ${each}`);
      assert.notEqual(roomOf(each), room);
    }
    assert.equal(new Set(allowed).size, allowed.length, `${room} names a room twice`);
  }
});

test('the plan has no circle, so no two folders can import each other', () => {
  const rooms = new Map([...ROOMS].map(([room, allowed]) => [room, allowed.map(roomOf)]));
  assert.deepEqual(inCircles(rooms), []);
  const broken = new Map([...rooms, ['engine/diffusion/schedules', ['shared', 'engine/diffusion']]]);
  assert.deepEqual(inCircles(broken), ['engine/diffusion/schedules', 'engine/diffusion']);
});

test('every folder of src is a room, and every room is there', () => {
  const folders = [...countByFolder(filesBelow('src', '.ts')).keys()];
  assert.deepEqual(folders.sort(), [...ROOMS.keys()].map((room) => `src/${room}`).sort());
});

test('a room has neither too few files nor too many', () => {
  const { least, most } = FILES_IN_A_ROOM;
  const wrong = [...countByFolder(filesBelow('src', '.ts'))].filter(([, count]) => count < least || count > most);
  assert.deepEqual(wrong, []);
});

test('what the plan says of single files is said of files that are there', () => {
  const files = new Set(filesBelow('src', '.ts'));
  const named = [...ROOMS.values(), ...OUTSIDE.map(({ only }) => only)].flat();
  for (const name of named) assert.ok(ROOMS.has(name) || files.has(`src/${name}.ts`), name);
});

test('no file of src imports itself by way of others', () => {
  const imports = new Map(
    filesBelow('src', '.ts').map((file) => [
      file.replace(/\.ts$/u, ''),
      importsOf(file, readFileSync(path.join(ROOT, file), 'utf8')).flatMap(
        ({ name }) => (name === undefined ? undefined : importedFile(file, name)) ?? [],
      ),
    ]),
  );
  assert.ok([...imports.values()].flat().length > imports.size);
  assert.deepEqual(inCircles(imports), []);
});

test('tests lie where their source lies', () => {
  const source = filesBelow('src', '.ts');
  const wings = [...new Set(source.map((file) => file.split('/')[1]!))];
  const tests = wings
    .filter((wing) => existsSync(path.join(ROOT, 'test', wing)))
    .flatMap((wing) => filesBelow(`test/${wing}`, '.test.ts'));
  assert.ok(tests.length > 0);
  const misplaced = tests.filter((file) => {
    const [, wing] = file.split('/');
    const folder = path.posix.dirname(file).replace(/^test\//u, 'src/');
    const tested = path.posix.basename(file).replace(/\.test\.ts$/u, '.ts');
    const namesakes = source.filter((each) => each.startsWith(`src/${wing}/`) && path.posix.basename(each) === tested);
    const isBeside = namesakes.length === 0 || namesakes.includes(`${folder}/${tested}`);
    return !existsSync(path.join(ROOT, folder)) || !isBeside;
  });
  assert.deepEqual(misplaced, []);
});

test('the project is linted with these walls', async () => {
  const project = new ESLint({ cwd: ROOT });
  const rulesFor = async (file: string): Promise<Record<string, unknown[] | undefined>> =>
    ((await project.calculateConfigForFile(path.join(ROOT, file))) as { rules: Record<string, unknown[]> }).rules;
  for (const file of ['src/shared/outcome.ts', 'src/engine/engine.ts', 'src/extension/extension.ts']) {
    const rules = await rulesFor(file);
    assert.equal(rules['rooms/import-walls']?.[0], 2, file);
    assert.equal(rules['rooms/import-circles']?.[0], 2, file);
    assert.equal(rules['no-restricted-globals']?.[0], 2, file);
  }
  for (const file of ['test/builtBundle.ts', 'bench/startup.ts', 'scripts/bench.mjs', 'esbuild.js']) {
    assert.equal((await rulesFor(file))['rooms/import-walls']?.[0], 2, file);
  }
  for (const file of ['src/shared/outcome.ts', 'src/engine/engine.ts', 'src/modelStore/listModels.ts']) {
    assert.equal((await rulesFor(file))['no-console']?.[0], 2, file);
  }
});
