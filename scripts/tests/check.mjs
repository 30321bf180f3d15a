import { root } from '../steps/root.mjs';
import { run } from '../steps/run.mjs';

/**
 * A program of which only success or failure counts: one test.
 *
 * @param {string} name
 * @param {readonly string[]} args of Node
 * @returns {Promise<import('../test.mjs').Count>}
 */
export async function check(name, args) {
  const { code } = await run(process.execPath, args, { cwd: root });
  console.log(code === 0 ? `${name}: passed` : `${name}: failed`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}
