import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { mustRun } from '../../scripts/steps/run.mjs';

const root = path.join(import.meta.dirname, '..', '..');

/**
 * Does `work` in a temporary folder in which `revision` is checked out, with the packages that are installed here.
 * @param revision anything that Git understands; `work` gets the short name of its commit
 */
export async function withCheckout<T>(
  revision: string,
  work: (folder: string, commit: string) => Promise<T>,
): Promise<T> {
  const git = async (...args: string[]): Promise<string> =>
    mustRun('git', args, { cwd: root, quietly: `git ${args[0]!}` });
  const commit = (await git('rev-parse', '--short', '--verify', `${revision}^{commit}`)).trim();
  const parent = await mkdtemp(path.join(os.tmpdir(), 'infill-against-'));
  const folder = path.join(parent, commit);
  try {
    await git('worktree', 'add', '--detach', folder, commit);
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    return await work(folder, commit);
  } finally {
    await git('worktree', 'remove', '--force', folder);
    await rm(parent, { recursive: true, force: true });
  }
}
