import { listModels, type ListedModel } from './listModels.js';
import { type MeasuredSpeed, readSpeeds } from './measuredSpeed.js';
import { estimateMemory } from './memoryNeed.js';

/** What a list of models tells about one, as plain data. What cannot be known of an unusable model is '' or 0. */
export interface ModelDescription {
  /** The folder's name: what commands call the model. */
  readonly name: string;
  /** For a person. */
  readonly title: string;
  readonly version: string;
  readonly license: string;
  readonly isBundled: boolean;
  readonly precision: string;
  readonly bytes: number;
  /** Bytes of memory it is expected to need once it is loaded. */
  readonly memoryBytes: number;
  /** Milliseconds of a denoising step on this machine; null = not measured. */
  readonly msPerStep: number | null;
  /** The device that it was measured on; '' = not measured. */
  readonly measuredOn: string;
  readonly folder: string;
  /** Why it cannot be used; '' = it can. */
  readonly problem: string;
}

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
