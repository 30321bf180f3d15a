import { arithmeticFor } from './arithmeticFor.js';
import type { Arithmetic } from './arithmetic.js';
import type { Manifest } from '../folder/manifest.js';
import type { ModelWeights } from '../folder/weights.js';
import type { PartsOptions } from '../runtime/loadOptions.js';
import type { OrtSession } from '../runtime/ortRuntime.js';
import { disposeAll, startOnDevice, startSessionsOf } from '../runtime/startOnDevice.js';

/** A model's sessions. They share nothing but what JavaScript hands from one to the other. */
export interface StartedGraphs<S> {
  readonly sessions: S;
  /** Where they run, and why not where they were wanted; '' if they do. */
  readonly device: string;
  readonly note: string;
  dispose(): Promise<void>;
}

/** As many sessions as graphs. */
type SessionsOf<G extends readonly Uint8Array[]> = { readonly [K in keyof G]: OrtSession };

/**
 * Starts a session of each graph on the wanted device, or on the CPU with a note that says why not. Throws only what the CPU itself
 * throws. `trial` uses the sessions of another device once: some providers start, and only fail when they compute.
 */
export async function startGraphs<const G extends readonly Uint8Array[]>(
  weights: ModelWeights<Manifest>,
  { device: wantedDevice, threads, weightSign }: PartsOptions,
  graphsOf: (arithmetic: Arithmetic) => G,
  trial: (sessions: SessionsOf<G>) => Promise<void>,
): Promise<StartedGraphs<SessionsOf<G>>> {
  const { started, device, note } = await startOnDevice(wantedDevice, async (candidate) => {
    const arithmetic = await arithmeticFor(weights, weights.manifest.weights.precision, candidate, weightSign);
    const all = await startSessionsOf(graphsOf(arithmetic), { device: candidate, threads, folder: weights.folder });
    const sessions = all as unknown as SessionsOf<G>;
    const dispose = async (): Promise<void> => disposeAll(all);
    try {
      if (candidate !== 'cpu') await trial(sessions);
      return { sessions, dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  });
  return { ...started, device, note };
}
