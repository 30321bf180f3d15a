import { readIdsWithoutToken, withMask } from '../folder/idsWithoutToken.js';
import type { FullSequenceParts } from './parts.js';
import { arithmeticFor } from '../graph/arithmeticFor.js';
import { FullSequenceModel } from './fullSequenceModel.js';
import { networkGraph } from './graph/networkGraph.js';
import { vocabularyGraph } from './graph/vocabularyGraph.js';
import type { PartsOptions } from '../runtime/loadOptions.js';
import { sequenceLength, type FullSequenceManifest } from '../folder/manifest.js';
import { ModelWeights } from '../folder/weights.js';
import { NetworkRunner } from './networkRunner.js';
import type { OrtSession } from '../runtime/ortRuntime.js';
import { disposeAll, startOnDevice, startSessionsOf } from '../runtime/startOnDevice.js';
import { VocabularyRunner } from './vocabularyRunner.js';

/** Starts the two sessions. Errors as for `loadModel`. */
export async function loadFullSequence(
  folder: string,
  manifest: FullSequenceManifest,
  options: PartsOptions,
): Promise<FullSequenceParts> {
  const weights = await ModelWeights.open(folder, manifest);
  const neverChosen = withMask(await readIdsWithoutToken(folder, manifest), manifest); // once for each load
  const { started, device, note } = await startOnDevice(options.device, async (candidate) => {
    const parts = await startParts(weights, neverChosen, candidate, options);
    if (candidate !== 'cpu') await tryOut(parts);
    return parts;
  });
  return { ...started, device, deviceNote: note };
}

async function startParts(
  weights: ModelWeights<FullSequenceManifest>,
  neverChosen: readonly number[],
  device: string,
  options: PartsOptions,
): Promise<FullSequenceParts> {
  const { manifest, folder } = weights;
  const layers = await arithmeticFor(weights, manifest.weights.precision, device, options.weightSign);
  const outer = manifest.weights.precision === 'int4' ? 'int8' : manifest.weights.precision;
  const graphs = [
    networkGraph(weights, layers, sequenceLength(manifest), { cached: keepsContext(manifest) }),
    vocabularyGraph(weights, await arithmeticFor(weights, outer, device, options.weightSign), neverChosen),
  ];
  const sessions = await startSessionsOf(graphs, { device, threads: options.threads, folder });
  const [network, vocabulary] = sessions as [OrtSession, OrtSession];
  return {
    manifest,
    neverChosen,
    network: new NetworkRunner(network, manifest.architecture, keepsContext(manifest)),
    vocabulary: new VocabularyRunner(vocabulary, manifest.architecture),
    device,
    deviceNote: '',
    dispose: async () => disposeAll(sessions),
  };
}

function keepsContext({ recommended }: FullSequenceManifest): boolean {
  return recommended.contextCache !== 'exact';
}

/** Predicts something. Throws where a session fails or answers with no numbers, after giving the sessions back. */
async function tryOut(parts: FullSequenceParts): Promise<void> {
  try {
    const id = parts.manifest.tokens.mask ?? 0;
    const context = await new FullSequenceModel(parts).openContext([0, 0], [0]);
    const noise = { t: 0.5, sigma: 0.5 };
    const [rows] = await context.predict([{ canvas: [id, id], positions: [0, 1], noise }], 0);
    if (!rows!.every(({ entropy }) => Number.isFinite(entropy))) throw new Error('it computes wrong results');
  } catch (error) {
    await parts.dispose();
    throw error;
  }
}
