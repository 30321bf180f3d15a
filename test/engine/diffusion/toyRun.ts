import { createSampler } from '../../../src/engine/diffusion/samplers/createSampler.js';
import { closeAtEnd, allOf, restorePinned } from '../../../src/engine/diffusion/projection.js';
import { seededRandom } from '../../../src/engine/diffusion/random.js';
import type { Commit, Sampler } from '../../../src/engine/diffusion/sampler.js';
import { denoise, type DenoiseLoop } from '../../../src/engine/infill/denoise/denoiseLoop.js';
import { Canvas } from '../../../src/engine/infill/canvas/canvas.js';
import type { NetworkKind, Prediction } from '../../../src/engine/contract/model.js';

/** A network for tests: what it says of one position of a canvas, at noise time t. Log-probabilities, or log scores, by id. */
export type ToyNetwork = (canvas: readonly number[], position: number, t: number) => readonly number[];

export interface ToyRun {
  readonly sampler: string | Sampler;
  readonly remask?: string;
  readonly network: ToyNetwork;
  readonly kind?: NetworkKind;
  readonly canvas: readonly number[];
  readonly vocabulary: number;
  /** -1 for uniform noise. */
  readonly mask: number;
  readonly end?: number;
  readonly steps: number;
  readonly temperature?: number;
  readonly seed?: number;
}

const CLEAN: NetworkKind = { parameterization: 'clean', graph: 'absorbing' };

export interface ToyResult {
  readonly canvas: readonly number[];
  readonly canvases: readonly (readonly number[])[];
  readonly commits: readonly Commit[];
}

/** One run of the engine's loop on a toy network. */
export async function toyRun(run: ToyRun): Promise<ToyResult> {
  const running = canvasOf(run, run.seed ?? 0);
  const sampler = samplerOf(run);
  const canvases: number[][] = [];
  const commits: Commit[] = [];
  const watched: Sampler = {
    revises: sampler.revises,
    schedule: sampler.schedule,
    needs: (t) => sampler.needs(t),
    times: (...args) => sampler.times(...args),
    ...(sampler.prior ? { prior: sampler.prior } : {}),
    commit: (rows, state) => {
      const made = sampler.commit(rows, state);
      commits.push(...made);
      return made;
    },
  };
  await denoise(running, {
    ...loopOf(run, watched),
    afterStep: async () => {
      canvases.push([...running.ids]);
      return true;
    },
  });
  return { canvas: [...running.ids], canvases, commits };
}

/** What `toyRun` leaves for each of the seeds. */
export async function toyCanvases(
  run: Omit<ToyRun, 'seed'>,
  seeds: readonly number[],
): Promise<readonly (readonly number[])[]> {
  const loop = { ...loopOf(run, samplerOf(run)), afterStep: async () => true };
  const left: (readonly number[])[] = [];
  for (const seed of seeds) {
    const running = canvasOf(run, seed);
    await denoise(running, loop);
    left.push(running.ids);
  }
  return left;
}

function canvasOf({ canvas, mask, end = -1, temperature = 1 }: ToyRun, seed: number): Canvas {
  const endsAt = end < 0 ? 'canvas' : 'token';
  return new Canvas(canvas, { mask, endOfMiddle: end, temperature, random: seededRandom(seed), endsAt });
}

function samplerOf({ sampler, vocabulary, remask = 'none', end = -1, kind = CLEAN }: ToyRun): Sampler {
  if (typeof sampler !== 'string') return sampler;
  return createSampler(sampler, {
    topP: 1,
    endOfMiddle: end,
    entropyBound: 0.2,
    vocabularySize: vocabulary,
    network: kind,
    remask,
  });
}

function loopOf(run: ToyRun, sampler: Sampler): Omit<DenoiseLoop, 'afterStep'> {
  const { network, canvas, mask, steps, end = -1, temperature = 1, kind = CLEAN } = run;
  const pinned = new Map(Array.from(canvas.entries()).filter(([, id]) => id !== mask));
  return {
    denoiser: {
      predict: async (running) =>
        running
          .positionsFor(sampler.needs(temperature))
          .map((position) => listed(position, network(running.ids, position, running.time), kind)),
      leftFirst: () => false,
      draft: () => [],
      appendLeading: async () => {},
    },
    sampler,
    project: allOf(...(end < 0 ? [] : [closeAtEnd(end)]), restorePinned(pinned)),
    steps,
  };
}

function listed(position: number, logs: readonly number[], kind: NetworkKind): Prediction {
  const ids = logs.flatMap((log, id) => (log > -Infinity ? [id] : [])).sort((a, b) => logs[b]! - logs[a]! || a - b);
  const logSum = Math.log(ids.reduce((sum, id) => sum + Math.exp(logs[id]!), 0));
  const logProbs = ids.map((id) => logs[id]! - logSum);
  const entropy = logProbs.reduce((sum, log) => sum - Math.exp(log) * log, 0);
  return { position, ids, logProbs, entropy, ...(kind.parameterization === 'score' ? { logScoreSum: logSum } : {}) };
}
