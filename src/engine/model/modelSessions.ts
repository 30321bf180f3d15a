import type { Device } from '../../shared/infillOptions.js';
import { deviceCandidates, explainFailure } from './devices.js';
import type { Arithmetic } from './graph/arithmetic.js';
import { denoiserGraph } from './graph/denoiserGraph.js';
import { encoderGraph } from './graph/encoderGraph.js';
import { FloatArithmetic } from './graph/floatArithmetic.js';
import { headGraph } from './graph/headGraph.js';
import { Int8Arithmetic, type WeightSign } from './graph/int8Arithmetic.js';
import type { ModelWeights } from './modelWeights.js';
import { OrtSession, type Session } from './ortRuntime.js';
import { exactWeightSign } from './saturationProbe.js';

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
  const notes: string[] = [];
  for (const candidate of deviceCandidates(options.device)) {
    try {
      const sessions = await startOn(weights, candidate, options, trial);
      return { ...sessions, note: notes.join(' ') };
    } catch (error) {
      if (candidate === 'cpu') throw error;
      notes.push(explainFailure(candidate, error));
    }
  }
  throw new Error('deviceCandidates always ends with the CPU');
}

async function startOn(
  weights: ModelWeights,
  device: string,
  { threads, positionCount, weightSign }: SessionsOptions,
  trial: (sessions: StartedSessions) => Promise<void>,
): Promise<Omit<ModelSessions, 'note'>> {
  const arithmetic = await arithmeticFor(weights, device, weightSign);
  const options = { device, threads, folder: weights.folder };
  const started: OrtSession[] = [];
  const start = async (graph: Uint8Array): Promise<OrtSession> => {
    const session = await OrtSession.create(graph, options);
    started.push(session);
    return session;
  };
  const dispose = async (): Promise<void> => {
    for (const session of started.splice(0)) await session.dispose();
  };
  try {
    const encoder = await start(encoderGraph(weights, arithmetic, positionCount));
    const denoiser = await start(denoiserGraph(weights, arithmetic, positionCount));
    const head = await start(headGraph(weights, arithmetic));
    if (device !== 'cpu') await trial({ encoder, denoiser, head });
    return { encoder, denoiser, head, device, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** int8 where the weights are and onnxruntime computes it fast: on the CPU. */
async function arithmeticFor(weights: ModelWeights, device: string, sign: WeightSign | undefined): Promise<Arithmetic> {
  if (weights.manifest.weights.precision === 'fp32' || device !== 'cpu') return new FloatArithmetic(weights);
  return new Int8Arithmetic(weights, sign ?? (await exactWeightSign()));
}
