import { readManifest, type Manifest } from '../engine/network/folder/manifest.js';
import { ModelWeights } from '../engine/network/folder/weights.js';
import { checkModelSizes, modelFiles } from '../engine/network/folder/verifyModel.js';

/** A model folder whose manifest is well-formed and whose files hold the tensors that it describes. */
export interface InstalledModel {
  /** Absolute path. */
  readonly folder: string;
  readonly isBundled: boolean;
  readonly manifest: Manifest;
  /** Size of all files that the manifest names. */
  readonly bytes: number;
}

/**
 * Opens a model folder without native code: reads the manifest, looks at the sizes of files, and compares the tensors that they hold with
 * the architecture, in a few milliseconds. Only what stood this may be counted with, as an estimate of memory does.
 * Throws InfillError model-missing, model-corrupt or model-unsupported.
 */
export async function openModel(folder: string, isBundled: boolean): Promise<InstalledModel> {
  const manifest = await readManifest(folder);
  await checkModelSizes(folder, manifest);
  await ModelWeights.open(folder, manifest);
  return { folder, isBundled, manifest, bytes: modelFiles(manifest).reduce((sum, file) => sum + file.bytes, 0) };
}
