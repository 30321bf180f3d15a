// npm test                         everything
// npm test -- unit lint            some parts of it; PARTS lists them
// npm test -- unit FILE-OR-FOLDER  some unit tests
//
// Ends with one line: N passed, N failed[, N skipped]. Any failure makes the exit code 1.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { installPackages } from './steps/installPackages.mjs';
import { main } from './steps/main.mjs';
import { root } from './steps/root.mjs';
import { check } from './tests/check.mjs';
import { chosenParts } from './tests/chosenParts.mjs';
import { pythonTests } from './tests/pythonTests.mjs';
import { typecheck } from './tests/typecheck.mjs';
import { unitTests } from './tests/unitTests.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** In the order of their cost. @type {Record<string, (paths: readonly string[]) => Promise<Count>>} */
const PARTS = {
  build: () => check('build', ['esbuild.js']),
  typecheck,
  lint: () => check('lint', ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.']),
  format: () => check('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
  unit: unitTests,
  python: pythonTests,
  workbench: async () => (await import('./tests/workbenchTests.mjs')).workbenchTests(), // imports installed packages
};

await main(async () => {
  const chosen = chosenParts(process.argv.slice(2), Object.keys(PARTS), ['unit']);
  await installPackages();
  rmSync(path.join(root, 'test-output'), { recursive: true, force: true });

  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const lines = [];
  for (const [name, part] of Object.entries(PARTS)) {
    const paths = chosen.get(name);
    if (paths === undefined) {
      continue;
    }
    console.log(`\n== ${name}`);
    const started = Date.now();
    const count = await part(paths).catch((/** @type {unknown} */ error) => {
      console.error(error instanceof Error ? error.message : error);
      return { passed: 0, failed: 1, skipped: 0 };
    });
    for (const key of /** @type {(keyof Count)[]} */ (['passed', 'failed', 'skipped'])) {
      total[key] += count[key];
    }
    lines.push(`${name.padEnd(10)} ${sentence(count)} (${Math.round((Date.now() - started) / 1000)} s)`);
  }
  console.log(`\n${lines.join('\n')}\n\n${sentence(total)}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
});

/** @param {Count} count */
function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
