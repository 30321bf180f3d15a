import type { ModelDescription } from '../shared/modelImport.js';
import { listModels, type ListedModel } from './listModels.js';
import { type MeasuredSpeed, readSpeeds } from './measuredSpeed.js';
import { estimateMemory } from '../engine/network/folder/estimateMemory.js';

/** All models on this machine, with what was measured of them here. Arguments as for `listModels`. */
export async function describeModels(root: string, data: string): Promise<readonly ModelDescription[]> {
  const [listed, speeds] = await Promise.all([listModels(root, data), readSpeeds(data)]);
  return listed.map((each) => describe(each, speeds.get(each.folder)));
}

function describe(listed: ListedModel, speed: MeasuredSpeed | undefined): ModelDescription {
  const { name, folder, isBundled } = listed;
  const measured = { msPerStep: speed?.msPerStep ?? null, measuredOn: speed?.device ?? '' };
  if (listed.kind === 'unusable') {
    const unknown = { title: name, version: '', license: '', precision: '', bytes: 0, memoryBytes: 0 };
    return { name, ...unknown, isBundled, ...measured, folder, problem: listed.error.describe() };
  }
  const { manifest, bytes } = listed.model;
  return {
    name,
    title: manifest.displayName,
    version: manifest.version,
    license: manifest.license,
    isBundled,
    precision: manifest.weights.precision,
    bytes,
    memoryBytes: estimateMemory(manifest),
    ...measured,
    folder,
    problem: '',
  };
}
