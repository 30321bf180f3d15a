import type { Device } from '../../../shared/infillOptions.js';
import { arithmeticFor } from '../graph/arithmeticFor.js';
import { denoiserGraph } from './graph/denoiserGraph.js';
import { encoderGraph } from './graph/encoderGraph.js';
import { headGraph } from './graph/headGraph.js';
import type { WeightSign } from '../runtime/saturationProbe.js';
import type { ModelWeights } from '../folder/weights.js';
import type { OrtSession, Session } from '../runtime/ortRuntime.js';
import { disposeAll, startOnDevice, startSessionsOf } from '../runtime/startOnDevice.js';

/** The three sessions of an encoder-denoiser model. They share nothing but what JavaScript hands from one to the other. */
export interface StartedSessions {
  readonly encoder: Session;
  readonly denoiser: Session;
  readonly head: Session;
}

export interface ModelSessions extends StartedSessions {
  readonly device: string;
  readonly note: string;
  dispose(): Promise<void>;
}

export interface SessionsOptions {
  readonly device: Device;
  readonly threads: number;
  /** How many positions, from 0, can occur. */
  readonly positionCount: number;
  /** How weights enter int8 products; by default this machine is asked. */
  readonly weightSign?: WeightSign;
}

/**
 * Starts the sessions on the wanted device, or on the CPU with a note that says why not. Throws only what the CPU itself throws.
 * `trial` uses the sessions of another device once: some providers start, and only fail when they compute.
 */
export async function startSessions(
  weights: ModelWeights,
  options: SessionsOptions,
  trial: (sessions: StartedSessions) => Promise<void>,
): Promise<ModelSessions> {
  const { started, device, note } = await startOnDevice(options.device, async (candidate) =>
    startOn(weights, candidate, options, trial),
  );
  return { ...started, device, note };
}

async function startOn(
  weights: ModelWeights,
  device: string,
  { threads, positionCount, weightSign }: SessionsOptions,
  trial: (sessions: StartedSessions) => Promise<void>,
): Promise<Omit<ModelSessions, 'device' | 'note'>> {
  const arithmetic = await arithmeticFor(weights, weights.manifest.weights.precision, device, weightSign);
  const graphs = [
    encoderGraph(weights, arithmetic, positionCount),
    denoiserGraph(weights, arithmetic, positionCount),
    headGraph(weights, arithmetic),
  ];
  const all = await startSessionsOf(graphs, { device, threads, folder: weights.folder });
  const [encoder, denoiser, head] = all as [OrtSession, OrtSession, OrtSession];
  const dispose = async (): Promise<void> => disposeAll(all);
  try {
    if (device !== 'cpu') await trial({ encoder, denoiser, head });
    return { encoder, denoiser, head, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
