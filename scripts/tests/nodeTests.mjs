import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { run } from '../steps/run.mjs';

/**
 * Runs test files with Node's test runner, and counts: TypeScript through tsx, or JavaScript that was made of it.
 *
 * @param {string} name of the report, test-output/NAME.tap
 * @param {readonly string[]} files
 * @param {{ timeoutMs: number, concurrency?: number, env?: Record<string, string> }} options timeoutMs for each file
 * @returns {Promise<import('../test.mjs').Count>}
 */
export async function nodeTests(name, files, { timeoutMs, concurrency, env = {} }) {
  const report = path.join(root, 'test-output', `${name}.tap`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const { code } = await run(
    process.execPath,
    [
      files.every((file) => file.endsWith('.js')) ? '--enable-source-maps' : '--import=tsx',
      '--test',
      `--test-timeout=${timeoutMs}`,
      ...(concurrency ? [`--test-concurrency=${concurrency}`] : []),
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=tap',
      `--test-reporter-destination=${report}`,
      ...files,
    ],
    { cwd: root, env: { ...env, NODE_TEST_CONTEXT: undefined } },
  );
  const count = countTap(readFileSync(report, 'utf8'));
  if (code !== 0 && count.failed === 0) {
    count.failed = 1; // the runner itself failed
  }
  return count;
}

/**
 * The closing counts of a TAP report by Node's test runner. A cancelled test has failed, a todo is skipped.
 *
 * @param {string} tap
 * @returns {import('../test.mjs').Count}
 */
export function countTap(tap) {
  /** @param {string} key */
  const number = (key) => {
    const match = [...tap.matchAll(new RegExp(`^# ${key} (\\d+)$`, 'gm'))].at(-1); // tests may print comments too
    if (!match) {
      throw new Error(`The test report ends before its "# ${key}" line: the test runner was stopped.`);
    }
    return Number(match[1]);
  };
  return {
    passed: number('pass'),
    failed: number('fail') + number('cancelled'),
    skipped: number('skipped') + number('todo'),
  };
}
