import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

const NOT_PERMITTED = 3;

/**
 * Installs the browser workbench unless it is there.
 *
 * @param {{ browser: boolean }} options whether a browser to drive it is needed too
 * @returns {Promise<{ ready: true } | { missing: string }>} or what this machine lacks
 */
export async function setUpRig({ browser }) {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    return {
      missing: `The browser workbench runs on Linux x64 and arm64 only; this is ${process.platform} ${process.arch}.`,
    };
  }
  const script = path.join(root, 'test/workbench/rig/setup.sh');
  const { code } = await run('bash', [script, ...(browser ? [] : ['--no-browser'])]);
  if (code === NOT_PERMITTED) {
    return { missing: 'The browser workbench is not installed: packages are missing, see above.' };
  }
  if (code !== 0) {
    throw new Error('The browser workbench could not be installed, see above.');
  }
  return { ready: true };
}
