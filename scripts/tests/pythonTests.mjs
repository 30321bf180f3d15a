import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pythonEnvironment } from '../steps/pythonEnvironment.mjs';
import { root } from '../steps/root.mjs';
import { run } from '../steps/run.mjs';

/** training/tests, which hold the Python twins of the engine's mathematics, and serve/tests, which ask the server. */
export async function pythonTests() {
  const environment = await pythonEnvironment();
  if ('missing' in environment) {
    console.log(`python: ${environment.missing}`);
    const failed = process.env['CI'] ? 1 : 0; // on a person's machine the rest still counts
    return { passed: 0, failed, skipped: 1 - failed };
  }
  const report = path.join(root, 'test-output', 'python.xml');
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const { code } = await run(
    environment.python,
    ['-m', 'pytest', 'training/tests', 'serve/tests', '-q', `--junitxml=${report}`],
    {
      cwd: root,
      env: {
        OMP_NUM_THREADS: '1',
        PYTHONDONTWRITEBYTECODE: '1',
        // They start the engine by the name `node`; it shall be this one.
        PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
      },
    },
  );
  if (!existsSync(report)) {
    throw new Error(`python: pytest ended with ${code} and wrote no report.`);
  }
  const count = countJunit(readFileSync(report, 'utf8'));
  if (code !== 0 && count.failed === 0) {
    count.failed = 1; // for example no test was found
  }
  return count;
}

/**
 * The counts of a JUnit report by pytest.
 *
 * @param {string} xml
 * @returns {import('../test.mjs').Count}
 */
export function countJunit(xml) {
  const suite = /<testsuite\b[^>]*>/.exec(xml)?.[0] ?? '';
  /** @param {string} key */
  const number = (key) => Number(new RegExp(`\\b${key}="(\\d+)"`).exec(suite)?.[1] ?? Number.NaN);
  const [tests, failures, errors, skipped] = [number('tests'), number('failures'), number('errors'), number('skipped')];
  if (Number.isNaN(tests + failures + errors + skipped)) {
    throw new Error('The report of pytest has no counts.');
  }
  return { passed: tests - failures - errors - skipped, failed: failures + errors, skipped };
}
