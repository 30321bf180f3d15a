import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { mustRun } from '../../scripts/steps/run.mjs';
import { withCheckout } from './checkout.js';

/** A state of this project, built. */
export interface BuiltTree {
  readonly name: string;
  /** The measuring process, the inference process, and the bundled model's folder. */
  readonly measured: string;
  readonly worker: string;
  readonly model: string;
}

const root = path.join(import.meta.dirname, '..', '..');

/** Builds what stands in the project's folder as it is. */
export async function buildWorkingTree(): Promise<BuiltTree> {
  return buildTree('working tree', root);
}

/** Does `work` with `revision` checked out and built in a temporary folder. */
export async function withRevision<T>(revision: string, work: (tree: BuiltTree) => Promise<T>): Promise<T> {
  return withCheckout(revision, async (folder, commit) => work(await buildTree(commit, folder)));
}

async function buildTree(name: string, folder: string): Promise<BuiltTree> {
  await mustRun(process.execPath, ['esbuild.js', '--production'], { cwd: folder, quietly: `Building ${name}` });
  const measured = path.join(folder, 'dist', 'measured.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'measured.ts')],
    outfile: measured,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minify: true, // as what is shipped
    keepNames: true,
    external: ['onnxruntime-node'],
    // Packages that are CommonJS ask for built-in modules in this way.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
    plugins: [
      {
        name: 'source-of-tree',
        setup(context) {
          context.onResolve({ filter: /^\.\.?\/(?:.*\/)?src\// }, ({ path: name, resolveDir }) => {
            const place = path.relative(root, path.resolve(resolveDir, name)).replace(/\.js$/, '.ts');
            return { path: path.join(folder, place) };
          });
        },
      },
    ],
  });
  return { name, measured, worker: path.join(folder, 'dist', 'worker.cjs'), model: await bundledModel(folder) };
}

async function bundledModel(folder: string): Promise<string> {
  const models = path.join(folder, 'models');
  const names = (await readdir(models)).filter((name) => existsSync(path.join(models, name, 'manifest.json')));
  if (names.length !== 1)
    throw new Error(`${models} holds ${String(names.length)} models; exactly one can be measured.`);
  return path.join(models, names[0]!);
}
