import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RuntimeOptions } from '../../shared/infillOptions.js';

/** Variables that may change what is computed or which files are used. */
const COUNTS =
  /^(?:INFILL_|ORT_|OMP_|CUDA_|NVIDIA_|MALLOC_|LD_|DYLD_|XDG_DATA_HOME$|HOME$|USERPROFILE$|LOCALAPPDATA$)/u;

/**
 * What one process serves: windows with the same key may share it. Versions, models and surroundings that differ are kept apart.
 *
 * @param bundle the program of the process
 */
export function processKey(bundle: string, runtime: RuntimeOptions, env: NodeJS.ProcessEnv): string {
  const variables = Object.entries(env)
    .filter(([name]) => COUNTS.test(name.toUpperCase()))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const program = createHash('sha256').update(readFileSync(bundle)).digest('hex');
  const { modelPath, device, threads } = runtime;
  const facts = [
    ...[program, process.execPath, process.version, process.execArgv],
    ...[path.resolve(modelPath), device, threads, filesOf(modelPath), variables],
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
}

/** What changes where a model's files do. */
function filesOf(folder: string): readonly unknown[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => {
        const { size, mtimeMs, ino } = statSync(path.join(folder, name));
        return [name, size, mtimeMs, ino];
      });
  } catch {
    return []; // to load it will say what is wrong
  }
}
