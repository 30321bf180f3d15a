import { InfillError } from '../../../shared/infillError.js';
import { type SamplerName, SAMPLERS } from '../../../shared/infillOptions.js';
import type { NetworkKind } from '../../contract/model.js';
import { absorbingGraph, uniformGraph } from './reverseGraph.js';
import { AncestralSampler } from './ancestralSampler.js';
import { createRemasking } from './createRemasking.js';
import { createSchedule } from '../schedules/createSchedule.js';
import { DreamOriginSampler } from './dreamOriginSampler.js';
import { DreamSampler } from './dreamSampler.js';
import { EntropyBoundSampler } from './entropyBoundSampler.js';
import { aboveThreshold, FastSampler, withinFactor } from './fastSampler.js';
import { FirstHittingSampler } from './firstHittingSampler.js';
import { LowConfidenceSampler } from './lowConfidenceSampler.js';
import { PathPlanningSampler } from './pathPlanningSampler.js';
import type { Sampler } from '../sampler.js';
import { parseSpec, SpecReader } from './samplerSpec.js';
import { ScoreSampler } from './scoreSampler.js';
import type { ChoiceOptions } from '../draw.js';

export interface SamplerOptions extends ChoiceOptions {
  /** Nats; the entropy bound where the sampler's own parameter does not say otherwise. */
  readonly entropyBound: number;
  /** Tokens that noise of the uniform kind can be. */
  readonly vocabularySize: number;
  /** Those of them that noise never is, ascending; absent = none. */
  readonly neverChosen?: readonly number[];
  /** How tokens are masked again, see `createRemasking`; absent = not. */
  readonly remask?: string;
  readonly network: NetworkKind;
}

/**
 * @param spec a name of `SAMPLERS`, with parameters where wanted: `name:key=value,key=value`.
 * @throws InfillError `invalid-request` for a sampler or parameter that does not exist, and for one that the network's
 * predictions do not allow, with the reason.
 */
export function createSampler(spec: string, options: SamplerOptions): Sampler {
  const reader = new SpecReader(parseSpec(spec));
  const sampler = samplerFor(reader, options);
  reader.end();
  const remask = options.remask ?? 'none';
  if (remask === 'none') return sampler;
  if (sampler instanceof AncestralSampler && sampler.schedule.name === 'log-linear') {
    return createRemasking(remask, sampler);
  }
  throw refusal(
    `Remasking "${remask}" does not go with the sampler "${spec}": it is defined for log-linear ancestral sampling.`,
    'Use the sampler mdlm-ancestral, or no remasking.',
  );
}

function samplerFor(reader: SpecReader, options: SamplerOptions): Sampler {
  const { topP, endOfMiddle, network, vocabularySize, neverChosen = [] } = options;
  const choice = { topP, endOfMiddle };
  refuseUnsuitable(reader.name, network);
  switch (reader.name as SamplerName) {
    case 'entropy-bound': {
      const bound = reader.number('bound', { least: 0, most: 1e9, otherwise: options.entropyBound });
      return new EntropyBoundSampler({ ...choice, entropyBound: bound });
    }
    case 'sedd-analytic':
    case 'sedd-euler':
      return new ScoreSampler({
        ...choice,
        vocabularySize,
        neverChosen,
        predictor: reader.name === 'sedd-euler' ? 'euler' : 'analytic',
        schedule: createSchedule(reader.text('schedule') ?? 'log-linear'),
        graph: network.graph === 'uniform' ? uniformGraph(vocabularySize) : absorbingGraph,
      });
    case 'mdlm-ancestral':
      return new AncestralSampler({ ...choice, schedule: createSchedule(reader.text('schedule') ?? 'log-linear') });
    case 'first-hitting':
      return new FirstHittingSampler(choice);
    case 'llada-low-confidence':
    case 'llada-random':
      return new LowConfidenceSampler({
        ...choice,
        confidence: reader.name === 'llada-random' ? 'random' : 'probability',
        block: blockOf(reader),
        endLast: reader.flag('end-last'),
      });
    case 'dream-origin':
      return new DreamOriginSampler(choice);
    case 'dream-maskgit-plus':
    case 'dream-topk-margin':
    case 'dream-entropy':
      return new DreamSampler({
        ...choice,
        confidence: DREAM[reader.name as keyof typeof DREAM],
        positionTemperature: reader.number('alg-temp', { least: 0, most: 100, otherwise: 0 }),
      });
    case 'fast-dllm-threshold': {
      const threshold = reader.number('threshold', { least: 0, most: 1, otherwise: 0.9 });
      return new FastSampler({ ...choice, block: blockOf(reader), enough: aboveThreshold(threshold) });
    }
    case 'fast-dllm-factor': {
      const factor = reader.number('factor', { least: 0, most: 100, otherwise: 1 });
      return new FastSampler({ ...choice, block: blockOf(reader), enough: withinFactor(factor) });
    }
    case 'p2':
      return new PathPlanningSampler(choice);
    default:
      throw refusal(`There is no sampler "${reader.name}".`, `Choose one of: ${SAMPLERS.join(', ')}.`);
  }
}

const DREAM = {
  'dream-maskgit-plus': 'maskgit-plus',
  'dream-topk-margin': 'topk-margin',
  'dream-entropy': 'entropy',
} as const;

function blockOf(reader: SpecReader): number {
  return reader.number('block', { least: 0, most: 4096, otherwise: 0, whole: true });
}

function refuseUnsuitable(name: string, { graph, parameterization }: NetworkKind): void {
  if (graph !== 'uniform') return;
  if (!name.startsWith('sedd-')) {
    throw refusal(
      `The sampler "${name}" fills masked positions, and this model's noise is uniform: it has no mask.`,
      'Use sedd-analytic or sedd-euler.',
    );
  }
  if (parameterization !== 'score') {
    throw refusal(
      `The sampler "${name}" needs scores, and this model predicts clean tokens under uniform noise, from which they do not follow.`,
      'Use a model that was trained with score entropy.',
    );
  }
}

function refusal(message: string, remedy: string): InfillError {
  return new InfillError('invalid-request', message, remedy);
}
