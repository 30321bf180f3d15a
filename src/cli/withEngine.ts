import path from 'node:path';
import type { Engine } from '../engine/engine.js';
import { resolveModel } from '../modelStore/resolveModel.js';
import type { InstalledModel } from '../modelStore/installedModel.js';
import { type CliIo, write } from './cliIo.js';
import type { ModelOptions } from './commandOptions.js';

/** The model that the command line or the environment names, else the bundled one. */
export function chosenModel(model: string | undefined, { env, cwd, root }: CliIo): Promise<InstalledModel> {
  const named = model ?? env['INFILL_MODEL'] ?? '';
  return resolveModel(named === '' || named.startsWith('~') ? named : path.resolve(cwd, named), root);
}

/** Loads the chosen model in this process, hands the engine to `use`, and releases it. */
export async function withEngine<T>(options: ModelOptions, io: CliIo, use: (engine: Engine) => Promise<T>): Promise<T> {
  const { folder } = await chosenModel(options.model, io);
  // Only here, so that commands which need no model do not load the native runtime.
  const { Engine } = await import('../engine/engine.js');
  const engine = await Engine.load({ modelPath: folder, device: options.device, threads: options.threads });
  try {
    if (engine.info.deviceNote !== '') {
      await write(io.stderr, `infill: ${engine.info.deviceNote}\n`);
    }
    return await use(engine);
  } finally {
    await engine.dispose();
  }
}
