import type { Engine } from '../../engine/engine.js';
import type { Manifest } from '../../engine/network/folder/manifest.js';
import type { ProjectTexts } from '../../engine/project/foundMiddle.js';
import { defaultModelFolder } from '../../modelStore/bundledModels.js';
import { dataFolder } from '../../modelStore/dataFolder.js';
import { readDefaultModel } from '../../modelStore/defaultModel.js';
import { findModel, requireModel } from '../../modelStore/findModel.js';
import { gigabytes } from '../../modelStore/gigabytes.js';
import { modelFolder } from '../../modelStore/modelFolder.js';
import { refuseTooLarge } from '../../modelStore/refuseTooLarge.js';
import { estimateMemory } from '../../engine/network/folder/estimateMemory.js';
import { verifyOnFirstUse } from '../../modelStore/verifyOnFirstUse.js';
import { resolveModel } from '../../modelStore/resolveModel.js';
import type { InstalledModel } from '../../modelStore/installedModel.js';
import { type CliIo, write } from '../output/cliIo.js';
import type { ModelOptions } from '../input/commandOptions.js';

/**
 * The folder of the model that the command line or the environment names, by its name or by a path; else of the one that
 * `infill models use` has chosen; else of the bundled one. Whether a model is there is not looked at.
 */
export async function chosenFolder(model: string | undefined, { env, cwd, root }: CliIo): Promise<string> {
  const data = dataFolder(env);
  const named = (model ?? env['INFILL_MODEL'] ?? '').trim();
  if (named === '') {
    const name = await readDefaultModel(data);
    return name === '' ? defaultModelFolder(root) : (await requireModel(name, root, data)).folder;
  }
  const found = await findModel(named, root, data);
  return found?.folder ?? modelFolder(named, { root, base: cwd });
}

/** The chosen model; throws InfillError where it is missing or damaged. */
export async function chosenModel(model: string | undefined, io: CliIo): Promise<InstalledModel> {
  return resolveModel(await chosenFolder(model, io), io.root);
}

/** Reading this much takes seconds, for which there should be a reason to be seen. */
const NOTED_BYTES = 1e9;

/** What an engine is loaded with besides its model. */
export interface EngineParts {
  /** Whose texts it may draw on. */
  readonly project?: ProjectTexts;
  /** As in `LoadOptions`, of a model. */
  readonly kept?: (manifest: Manifest) => number;
}

/** Loads the chosen model in this process, hands the engine to `use`, and releases it. */
export async function withEngine<T>(
  options: ModelOptions,
  io: CliIo,
  use: (engine: Engine) => Promise<T>,
  { project, kept }: EngineParts = {},
): Promise<T> {
  const { folder, manifest } = await chosenModel(options.model, io);
  refuseTooLarge({ name: manifest.name, bytes: estimateMemory(manifest) }, { env: io.env });
  await verifyOnFirstUse(folder, manifest, {
    data: dataFolder(io.env),
    signal: io.signal,
    onRead: (bytes) => {
      if (bytes >= NOTED_BYTES) {
        io.stderr.write(
          `infill: compares the checksums of ${manifest.name} (${gigabytes(bytes)}) before its first use\n`,
        );
      }
    },
  });
  // Only here, so that commands which need no model do not load the native runtime.
  const { Engine } = await import('../../engine/engine.js');
  const { device, threads } = options;
  const engine = await Engine.load({ modelPath: folder, device, threads }, project, kept?.(manifest));
  try {
    if (engine.info.deviceNote !== '') {
      await write(io.stderr, `infill: ${engine.info.deviceNote}\n`);
    }
    return await use(engine);
  } finally {
    await engine.dispose();
  }
}
