import { Engine } from '../../engine/engine.js';
import { estimateMemory } from '../../engine/network/folder/estimateMemory.js';
import { dataFolder } from '../../modelStore/dataFolder.js';
import { openModel } from '../../modelStore/installedModel.js';
import type { ProjectIndex } from '../../engine/project/projectIndex.js';
import { collectGarbage } from './collectGarbage.js';
import { refuseTooLarge } from '../../modelStore/refuseTooLarge.js';
import { verifyOnFirstUse } from '../../modelStore/verifyOnFirstUse.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';

/** Loads a model, unless it would not fit into memory or is damaged. Throws InfillError. */
export async function loadWhereItFits(runtime: RuntimeOptions, project?: ProjectIndex): Promise<Engine> {
  const { manifest, folder } = await openModel(runtime.modelPath, false);
  refuseTooLarge({ name: manifest.name, bytes: estimateMemory(manifest) }, { env: process.env });
  await verifyOnFirstUse(folder, manifest, { data: dataFolder(process.env) });
  const engine = await Engine.load(runtime, project);
  collectGarbage();
  return engine;
}
