import { Engine } from '../engine/engine.js';
import { estimateMemory } from '../engine/model/estimateMemory.js';
import { readManifest } from '../engine/model/manifest.js';
import { refuseTooLarge } from '../modelStore/refuseTooLarge.js';
import type { RuntimeOptions } from '../shared/infillOptions.js';

/** Loads a model, unless it would not fit into memory. Throws InfillError. */
export async function loadWhereItFits(runtime: RuntimeOptions): Promise<Engine> {
  const manifest = await readManifest(runtime.modelPath);
  refuseTooLarge({ name: manifest.name, bytes: estimateMemory(manifest) }, { env: process.env });
  return Engine.load(runtime);
}
