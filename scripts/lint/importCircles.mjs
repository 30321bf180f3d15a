// A lint rule: no file imports itself by way of others, types included. Files of several rooms cannot, since the plan in rooms.mjs has
// no circle; so the rule follows imports within a folder. test/tooling/importCircles.test.ts proves it.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importRule } from './importRule.mjs';
import { importedFile, importsOf, withoutEnding } from './importsOf.mjs';

export default importRule((filename, name) => {
  const own = withoutEnding(filename);
  const beside = importedBeside(own, name);
  const way = beside && wayTo(own, beside, importsBeside);
  return way && `A circle of imports: ${[own, ...way].map((each) => path.posix.basename(each)).join(' -> ')}.`;
});

/**
 * The shortest way from one name to another.
 *
 * @param {string} goal
 * @param {string} start
 * @param {(name: string) => readonly string[]} next
 * @returns {string[] | undefined} from `start` to `goal`
 */
export function wayTo(goal, start, next) {
  /** @type {Map<string, string | undefined>} */
  const cameFrom = new Map([[start, undefined]]);
  for (const [name] of cameFrom) {
    if (name === goal) {
      const way = [name];
      for (let before = cameFrom.get(name); before !== undefined; before = cameFrom.get(before)) way.unshift(before);
      return way;
    }
    for (const each of next(name)) if (!cameFrom.has(each)) cameFrom.set(each, name);
  }
  return undefined;
}

/**
 * The files of its own folder that a file imports, as it is on disk.
 *
 * @param {string} own path without its ending, as the answers
 * @returns {readonly string[]}
 */
function importsBeside(own) {
  const file = `${own}.ts`;
  const imports = existsSync(file) ? importsOf(file, readFileSync(file, 'utf8')) : [];
  return imports.flatMap(({ name }) => importedBeside(own, name) ?? []);
}

/**
 * The file of the same folder that an import names.
 *
 * @param {string} own
 * @param {string | undefined} name
 */
function importedBeside(own, name) {
  const file = name === undefined ? undefined : importedFile(own, name);
  return file !== undefined && path.posix.dirname(file) === path.posix.dirname(own) ? file : undefined;
}
