import { root } from './root.mjs';
import { mustRun } from './run.mjs';

/**
 * Builds dist/.
 *
 * @param {'development' | 'production'} kind
 */
export async function build(kind = 'development') {
  const args = kind === 'production' ? ['esbuild.js', '--production'] : ['esbuild.js'];
  await mustRun(process.execPath, args, { cwd: root, quietly: 'Building' });
}
