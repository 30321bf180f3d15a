import type { Prediction } from '../../contract/model.js';
import { type ChoiceOptions, drawIndex, drawToken, needsOf } from '../draw.js';
import { evenShare } from './blocks.js';
import { timesTo } from '../schedules/linearTimes.js';
import { LogLinearSchedule } from '../schedules/logLinearSchedule.js';
import type { Random } from '../random.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';

export interface DreamOptions extends ChoiceOptions {
  readonly confidence: DreamConfidence;
  /** Positions are drawn in proportion to exp(confidence / this) instead of taken in order; 0 = in order. */
  readonly positionTemperature: number;
}

/**
 * Dream's `maskgit_plus`, `topk_margin` and `entropy` (arXiv 2508.15487; `generation_utils.py`): every step commits the
 * most confident masked positions. How many: an even share. The reference truncates n (1 - s / t) to a whole number,
 * which wastes steps that commit nothing, up to most of them where there are more steps than tokens.
 */
export class DreamSampler implements Sampler {
  readonly revises = false;
  readonly schedule = new LogLinearSchedule();

  constructor(private readonly options: DreamOptions) {}

  needs(temperature: number): Needs {
    return needsOf('masked', temperature);
  }

  times(steps: number): number[] {
    return timesTo(steps, 0);
  }

  /** Draws each position's token (above temperature 0), then, where there is a temperature of positions, the positions. */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const choices = predictions.map((row) => {
      const { commit, chosen, judged } = drawToken(row, state, this.options);
      const { confidence } = this.options;
      // The model's own entropy counts what the short list leaves out.
      const sureness =
        confidence === 'entropy' && state.temperature === 0
          ? -row.entropy
          : dreamConfidence(confidence, judged, chosen);
      return { commit, sureness };
    });
    const count = evenShare(choices.length, state.steps - state.step);
    const { positionTemperature } = this.options;
    const taken =
      positionTemperature > 0
        ? drawn(choices, count, positionTemperature, state.random)
        : choices.toSorted((a, b) => b.sureness - a.sureness).slice(0, count);
    return taken.map(({ commit }) => commit).sort((a, b) => a.position - b.position);
  }
}

/** `count` of the choices, one after the other without replacement, with weights exp(sureness / temperature). */
function drawn<T extends { readonly sureness: number }>(
  choices: readonly T[],
  count: number,
  temperature: number,
  random: Random,
): T[] {
  const left = [...choices];
  const best = Math.max(...left.map(({ sureness }) => sureness));
  return Array.from({ length: count }, () => {
    const weights = left.map(({ sureness }) => Math.exp((sureness - best) / temperature));
    return left.splice(Math.max(0, drawIndex(weights, random)), 1)[0]!;
  });
}

export type DreamConfidence = 'maskgit-plus' | 'topk-margin' | 'entropy';

/** How sure a position is; larger is surer, so entropy counts negatively. Of the distribution that is sampled from. */
export function dreamConfidence(kind: DreamConfidence, distribution: readonly number[], chosen: number): number {
  switch (kind) {
    case 'maskgit-plus':
      return distribution[chosen]!;
    case 'topk-margin':
      return distribution[0]! - (distribution[1] ?? 0);
    case 'entropy':
      return distribution.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
  }
}
