import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { check } from './check.mjs';

/** The programs of this repository; what runs in a web page has its own global names. */
const PROJECTS = [
  'tsconfig.json',
  'src/webview/tsconfig.json',
  'test/workbench/rig/page/tsconfig.json',
  'media/tsconfig.json',
];

/** One test for each program. */
export async function typecheck() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const project of PROJECTS.filter((file) => existsSync(path.join(root, file)))) {
    const count = await check(`typecheck ${project}`, ['node_modules/typescript/bin/tsc', '--project', project]);
    total.passed += count.passed;
    total.failed += count.failed;
  }
  return total;
}
