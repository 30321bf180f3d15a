import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { BUNDLES } from '../scripts/steps/bundles.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A new folder below the repository's root, where bundles find their native dependency. The caller deletes it. */
export async function bundleFolder(prefix: string): Promise<string> {
  await mkdir(path.join(ROOT, '.cache'), { recursive: true });
  return mkdtemp(path.join(ROOT, '.cache', prefix));
}

/** Bundles the command line as it is shipped. */
export async function buildCli(outfile: string): Promise<void> {
  await buildBundle('src/cli/main.ts', outfile, {
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
}

/** Bundles `entry`, a path from the root, into one CommonJS file as it is shipped. */
export async function buildBundle(entry: string, outfile: string, extra: BuildOptions = {}): Promise<void> {
  await build({
    entryPoints: [path.join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: (entry === BUNDLES.cli.entry ? BUNDLES.cli : BUNDLES.worker).target,
    format: 'cjs',
    external: ['onnxruntime-node'],
    logLevel: 'error',
    ...extra,
  });
}
