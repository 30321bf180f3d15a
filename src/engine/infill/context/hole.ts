import type { InfillRequest } from '../../../shared/infillRequest.js';
import { type LinesAround, linesAround } from '../../text/lines.js';
import { isLineAbove, withLineOpened } from './lineAbove.js';

/** A request as it is filled, with the lines around its cursor. */
export interface Hole extends InfillRequest {
  readonly lines: LinesAround;
  /** Whether a line was opened for it, so that the document still lacks the break after it; see lineAbove.ts. */
  readonly lineOpened: boolean;
}

export function holeOf(request: InfillRequest): Hole {
  const lines = linesAround(request.context);
  if (!isLineAbove(lines)) return { ...request, lines, lineOpened: false };
  return { ...withLineOpened(request), lines: { ...lines, rest: '', below: lines.rest }, lineOpened: true };
}
