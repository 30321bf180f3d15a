// A lint rule: a file imports only what the plan in rooms.mjs allows. Imports are followed to the file that they mean, so it does not
// matter how their paths are written. test/tooling/importWalls.test.ts proves each wall.
// That a bundle really holds no native code is checked by esbuild.js.
import path from 'node:path';
import importCircles from './importCircles.mjs';
import { importRule } from './importRule.mjs';
import { importedFile, withoutEnding } from './importsOf.mjs';
import { NETWORK_GLOBALS, OUTSIDE, ROOMS } from './rooms.mjs';

const rule = importRule((filename, name, cwd) => wallBetween(path.posix.relative(cwd, filename), name));

/**
 * What keeps a file from a module.
 *
 * @param {string} file path from the project's folder, with `/`
 * @param {string | undefined} name as the import writes it; undefined where it is computed
 * @returns {string | undefined} undefined where it may be imported
 */
function wallBetween(file, name) {
  const room = roomOf(file);
  if (name === undefined) return room && 'Where imports are computed no wall can stand: write the module as text.';
  const target = importedFile(file, name);
  const module = target === undefined ? name : packageIn(target);
  if (module !== undefined) return outsideWall(file, module);
  if (room === undefined || target === undefined) return undefined;

  const allowed = ROOMS.get(room);
  const targetRoom = roomOf(target);
  if (allowed === undefined) return `src/${room} is no room yet: give it a place in scripts/lint/rooms.mjs.`;
  if (targetRoom === undefined) return 'src imports nothing from the folders beside it.';
  if (targetRoom === room || allowed.includes(targetRoom) || allowed.includes(target.slice('src/'.length))) {
    return undefined;
  }
  const rooms = allowed.length === 0 ? 'nothing' : `only ${allowed.map((each) => `src/${each}`).join(', ')}`;
  return `src/${room} may import ${rooms}, not src/${targetRoom}.`;
}

/**
 * The folder below src/ that a file lies in; undefined where it lies elsewhere.
 *
 * @param {string} file
 */
function roomOf(file) {
  return file.startsWith('src/') ? path.posix.dirname(file.slice('src/'.length)) : undefined;
}

/**
 * The package that a path leads into.
 *
 * @param {string} target
 */
function packageIn(target) {
  return /(?:^|\/)node_modules\/(?<name>.+)$/u.exec(target)?.groups?.['name'];
}

/**
 * @param {string} file
 * @param {string} name
 */
function outsideWall(file, name) {
  const room = roomOf(file);
  const module = name.replace(/^node:/u, '');
  if (room === 'shared') return 'src/shared imports nothing from outside.';
  if (room !== undefined && /^(?:[/#]|file:|data:)/u.test(module))
    return 'Files of the project are imported by relative paths.';
  const wall = OUTSIDE.find(({ modules }) => modules.test(module));
  if (wall === undefined || (room === undefined && !wall.everywhere)) return undefined;
  const mayPass = wall.only.some((place) => `${withoutEnding(file)}/`.startsWith(`src/${place}/`));
  return mayPass ? undefined : wall.message;
}

/**
 * The walls as ESLint configuration.
 *
 * @returns {import('eslint').Linter.Config[]}
 */
export function importWalls() {
  const plugin = { rules: { 'import-walls': rule, 'import-circles': importCircles } };
  return [
    {
      files: ['src/**', 'test/**', 'bench/**', 'scripts/**', '*.js'],
      plugins: { rooms: plugin },
      rules: { 'rooms/import-walls': 'error' },
    },
    { files: ['src/**'], rules: { 'rooms/import-circles': 'error' } },
    {
      files: ['src/**'],
      ignores: NETWORK_GLOBALS.only,
      rules: {
        'no-restricted-globals': [
          'error',
          {
            globals: NETWORK_GLOBALS.names.map((name) => ({ name, message: NETWORK_GLOBALS.message })),
            checkGlobalObject: true,
          },
        ],
      },
    },
  ];
}
