import { readManifest, type Manifest } from '../engine/model/manifest.js';
import { checkModelSizes, modelFiles } from '../engine/model/verifyModel.js';

/** A model folder whose manifest is well-formed and whose files are there in full length. */
export interface InstalledModel {
  /** Absolute path. */
  readonly folder: string;
  readonly isBundled: boolean;
  readonly manifest: Manifest;
  /** Size of all files that the manifest names. */
  readonly bytes: number;
}

/**
 * Opens a model folder without native code: reads the manifest and looks at the sizes of files, in a few milliseconds.
 * Throws InfillError model-missing, model-corrupt or model-unsupported.
 */
export async function openModel(folder: string, isBundled: boolean): Promise<InstalledModel> {
  const manifest = await readManifest(folder);
  await checkModelSizes(folder, manifest);
  return { folder, isBundled, manifest, bytes: modelFiles(manifest).reduce((sum, file) => sum + file.bytes, 0) };
}
