import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { mustRun } from '../../scripts/steps/run.mjs';

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

/** Does `work` with `revision` checked out and built in a temporary folder, with the packages that are installed here. */
export async function withRevision<T>(revision: string, work: (tree: BuiltTree) => Promise<T>): Promise<T> {
  const git = async (...args: string[]): Promise<string> =>
    mustRun('git', args, { cwd: root, quietly: `git ${args[0]!}` });
  const commit = (await git('rev-parse', '--short', '--verify', `${revision}^{commit}`)).trim();
  const parent = await mkdtemp(path.join(os.tmpdir(), 'infill-against-'));
  const folder = path.join(parent, commit);
  try {
    await git('worktree', 'add', '--detach', folder, commit);
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    return await work(await buildTree(commit, folder));
  } finally {
    await git('worktree', 'remove', '--force', folder);
    await rm(parent, { recursive: true, force: true });
  }
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
