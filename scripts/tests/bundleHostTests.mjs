import esbuild from 'esbuild';
import { BUNDLES } from '../steps/bundles.mjs';
import { root } from '../steps/root.mjs';

/**
 * Bundles what is to run inside the extension host of a VS Code as the one CommonJS file that it takes.
 *
 * @param {string} entry
 * @param {string} outfile
 * @returns {Promise<string>} the file
 */
export async function bundleHostTests(entry, outfile) {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: BUNDLES.extension.target,
    format: 'cjs',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}
