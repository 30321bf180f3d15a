import path from 'node:path';
import type { Device } from '../../shared/infillOptions.js';
import type { WeightSign } from './runtime/saturationProbe.js';
import { EncoderDenoiser } from './encoderDenoiser/encoderDenoiser.js';
import { FullSequenceModel } from './fullSequence/fullSequenceModel.js';
import { loadFullSequence } from './fullSequence/loadFullSequence.js';
import { loadOneNetwork } from './oneNetwork/loadOneNetwork.js';
import { loadParts } from './encoderDenoiser/loadParts.js';
import { OneNetwork } from './oneNetwork/oneNetwork.js';
import { type PartsOptions } from './runtime/loadOptions.js';
import { byKind, readManifest, type Manifest } from './folder/manifest.js';
import type { InfillModel } from '../contract/model.js';
import { physicalCores } from './physicalCores.js';
import { checkModelSizes } from './folder/verifyModel.js';

export interface LoadedModel {
  readonly model: InfillModel;
  readonly manifest: Manifest;
  /** Absolute or relative as `folder` was. */
  readonly tokenizerPath: string;
  /** The device that really started. */
  readonly device: string;
  /** Why it is not the requested one; '' if it is. */
  readonly deviceNote: string;
  readonly threads: number;
  readonly loadMs: number;
}

export interface LoadOptions {
  readonly device: Device;
  /** 0 = number of physical cores. */
  readonly threads: number;
  /** How weights enter int8 products; by default this machine is asked. */
  readonly weightSign?: WeightSign;
  /** Prefixes whose keys and values are kept, at least two; absent = two. See `bytesOfPrefix`. */
  readonly kept?: number;
}

/**
 * Loads the model in `folder`. Sizes and headers are checked, content hashes are not (see `verifyModel`).
 * Throws InfillError: model-missing, model-corrupt, model-unsupported, runtime-missing. A device that does not start is no
 * error: the CPU takes over and `deviceNote` says why.
 */
export async function loadModel(folder: string, options: LoadOptions): Promise<LoadedModel> {
  const begin = performance.now();
  const manifest = await readManifest(folder);
  await checkModelSizes(folder, manifest);
  const threads = options.threads > 0 ? options.threads : await physicalCores();
  const loaded = await loadKind(folder, manifest, { ...options, threads });
  return {
    ...loaded,
    manifest,
    tokenizerPath: path.join(folder, manifest.tokenizer.path),
    threads,
    loadMs: performance.now() - begin,
  };
}

type StartedModel = Pick<LoadedModel, 'model' | 'device' | 'deviceNote'>;

async function loadKind(
  folder: string,
  manifest: Manifest,
  options: PartsOptions & LoadOptions,
): Promise<StartedModel> {
  return byKind<Promise<StartedModel>>(manifest, {
    encoderDenoiser: async (each) => started(EncoderDenoiser, await loadParts(folder, each, options), options),
    fullSequence: async (each) => started(FullSequenceModel, await loadFullSequence(folder, each, options), options),
    oneNetwork: async (each) => started(OneNetwork, await loadOneNetwork(folder, each, options), options),
  });
}

function started<P extends Omit<StartedModel, 'model'>>(
  Model: new (parts: P, kept?: number) => InfillModel,
  parts: P,
  { kept }: LoadOptions,
): StartedModel {
  return { model: new Model(parts, kept), device: parts.device, deviceNote: parts.deviceNote };
}
