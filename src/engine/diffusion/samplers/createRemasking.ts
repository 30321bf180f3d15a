import { InfillError } from '../../../shared/infillError.js';
import { type RemaskingName, REMASKINGS } from '../../../shared/infillOptions.js';
import type { AncestralSampler } from './ancestralSampler.js';
import { RemaskingSampler } from './remaskingSampler.js';
import {
  cappedRemasking,
  confidenceRemasking,
  loopedRemasking,
  type RemaskStrategy,
  rescaledRemasking,
} from './remaskStrategy.js';
import { parseSpec, SpecReader } from './samplerSpec.js';

/**
 * ReMDM around ancestral sampling. Parameters' defaults are those of the reference's scripts.
 * @param spec a name of `REMASKINGS` but `none`, with parameters where wanted.
 * @throws InfillError `invalid-request` for a strategy or parameter that does not exist.
 */
export function createRemasking(spec: string, ancestral: AncestralSampler): RemaskingSampler {
  const reader = new SpecReader(parseSpec(spec));
  const strategy = strategyFor(reader);
  reader.end();
  return new RemaskingSampler(ancestral, strategy);
}

function strategyFor(reader: SpecReader): RemaskStrategy {
  const share = (key: string, otherwise: number): number => reader.number(key, { least: 0, most: 1, otherwise });
  switch (reader.name as RemaskingName) {
    case 'cap':
      return cappedRemasking(share('eta', 0.008));
    case 'rescale':
      return rescaledRemasking(share('eta', 0.015));
    case 'conf':
      return confidenceRemasking();
    case 'loop': {
      const between = (key: string, otherwise: number): number =>
        reader.number(key, { least: 0.001, most: 0.999, otherwise });
      const loop = {
        eta: share('eta', 0.02),
        on: between('on', 0.55),
        off: between('off', 0.05),
        alpha: between('alpha', 0.9),
      };
      if (loop.off < loop.on) return loopedRemasking(loop);
      throw new InfillError(
        'invalid-request',
        `Remasking "loop" begins at time ${String(loop.on)} and ends at ${String(loop.off)}.`,
        'Time runs from 1 to 0: `on` must be above `off`.',
      );
    }
    default:
      throw new InfillError(
        'invalid-request',
        `There is no remasking "${reader.name}".`,
        `Choose one of: ${REMASKINGS.join(', ')}.`,
      );
  }
}
