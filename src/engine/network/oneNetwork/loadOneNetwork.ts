import { prefixCapacity } from '../cache/contextCache.js';
import { paddedLength } from '../cache/prefixBlocks.js';
import type { OneNetworkManifest } from '../folder/manifest.js';
import { ModelWeights } from '../folder/weights.js';
import { startGraphs } from '../graph/startGraphs.js';
import type { PartsOptions } from '../runtime/loadOptions.js';
import type { Session } from '../runtime/ortRuntime.js';
import { headGraph, type HeadRows } from '../vocabulary/headGraph.js';
import { HeadRunner } from '../vocabulary/headRunner.js';
import { ON_TRIAL, tryOutModel } from '../vocabulary/tryOutModel.js';
import { embeddingOf } from './embedding.js';
import { networkGraph } from './graph/networkGraph.js';
import { MOST_ROWS, NetworkRunner } from './networkRunner.js';
import { OneNetwork } from './oneNetwork.js';
import type { NetworkRunners, OneNetworkParts } from './parts.js';

/** All rows of the middle predict `<eom>` in the same way. */
export const OUTPUT: HeadRows = { end: 'eom_out', endBias: 'eom_bias', controls: false };

/** Starts the two sessions and reads what JavaScript needs of the weights. Errors as for `loadModel`. */
export async function loadOneNetwork(
  folder: string,
  manifest: OneNetworkManifest,
  options: PartsOptions,
): Promise<OneNetworkParts> {
  const weights = await ModelWeights.open(folder, manifest);
  const { embed, close } = await embeddingOf(weights);
  const { architecture } = manifest;
  const runners = ([network, head]: readonly [network: Session, head: Session]): NetworkRunners => ({
    manifest,
    embed,
    network: new NetworkRunner(network, embed, architecture),
    head: new HeadRunner(head, architecture),
  });
  const started = await startGraphs(
    weights,
    options,
    (arithmetic) => [
      networkGraph(weights, arithmetic, positionCount(manifest)),
      headGraph(weights, arithmetic, OUTPUT),
    ],
    async (sessions) => tryOutModel(new OneNetwork({ ...runners(sessions), ...ON_TRIAL }), manifest.tokens),
  ).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    ...runners(started.sessions),
    device: started.device,
    deviceNote: started.note,
    dispose: async () => {
      await started.dispose();
      await close();
    },
  };
}

/** Positions that can occur: the trunk's, with a canvas or the rest of a block behind a full cache. The suffix stands before it. */
function positionCount({ architecture, limits }: OneNetworkManifest): number {
  const tokens = prefixCapacity(limits);
  const last = architecture.trunkPosition + Math.max(tokens + limits.canvas, paddedLength(tokens));
  return Math.max(last + 1, MOST_ROWS);
}
