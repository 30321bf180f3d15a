import type { InfillRequest } from '../../../shared/infillRequest.js';
import type { Demands } from '../context/demands.js';
import { type Hole, holeOf } from '../context/hole.js';
import { isBlank } from '../../text/lines.js';
import type { Pipeline } from '../run/pipeline.js';
import { demandsOf } from './demandsOf.js';

/**
 * The hole that a request with conditions leaves: what lies between the demanded start and end, which count as text around it. So they
 * hold by themselves, and the model reads them like all other text before it writes.
 *
 * @throws InfillError `invalid-request` for conditions that no text can meet, with the reason.
 */
export function demandedHole(request: InfillRequest, pipeline: Pick<Pipeline, 'model' | 'tokenizer'>): Hole {
  const { conditions } = request;
  if (conditions === undefined) return holeOf(request);
  const demands = demandsOf(request, conditions, pipeline);
  const { splitsCharacter } = holeOf(request); // where the text is put in, whatever it begins with
  const hole = holeOf(between(request, demands));
  return { ...hole, splitsCharacter: splitsCharacter || hole.splitsCharacter, demands };
}

function between({ context, options, besides, entry, ...others }: InfillRequest, demands: Demands): InfillRequest {
  const { start, end, contains = '' } = demands;
  const inner = besides?.map((text) => within(text, demands)).filter((text) => !isBlank(text)) ?? [];
  const severalLines = options.multiline === 'auto' && contains.includes('\n');
  return {
    ...others,
    context: { ...context, prefix: context.prefix + start, suffix: end + context.suffix },
    options: severalLines ? { ...options, multiline: 'always' } : options,
    ...(inner.length > 0 ? { besides: inner } : {}),
    // Its name ends before the start.
    ...(entry === undefined || start !== '' ? {} : { entry }),
  };
}

/** What of a whole text lies between start and end. */
function within(text: string, { start, end }: Demands): string {
  const from = text.startsWith(start) ? start.length : 0;
  const to = text.endsWith(end) && text.length - end.length >= from ? text.length - end.length : text.length;
  return text.slice(from, to);
}
