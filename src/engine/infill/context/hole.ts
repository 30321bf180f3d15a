import type { InfillRequest } from '../../../shared/infillRequest.js';
import { splitsCharacter } from '../../text/characterBoundary.js';
import { type CodeBefore, codeBefore } from '../../text/codeBefore.js';
import { indentUnitAt } from '../../text/indentUnit.js';
import { isBlank, type LinesAround, linesAround } from '../../text/lines.js';
import type { Demands } from './demands.js';
import { isLineAbove, withLineOpened } from './lineAbove.js';

/** A request as it is filled, with the lines around its cursor. */
export interface Hole extends InfillRequest {
  readonly lines: LinesAround;
  readonly code: CodeBefore;
  /** Whether a line was opened for it, so that the document still lacks the break after it; see lineAbove.ts. */
  readonly lineOpened: boolean;
  /** Whether the cursor is inside a surrogate pair or a CRLF. */
  readonly splitsCharacter: boolean;
  /** What its middle has to be, and what stands around that in the answer; absent = nothing is demanded. */
  readonly demands?: Demands;
}

export function holeOf(request: InfillRequest): Hole {
  const lines = linesAround(request.context);
  const lineOpened = isLineAbove(lines);
  const opened = lineOpened ? withLineOpened(request) : request;
  const filled = { ...opened, context: { ...opened.context, indentUnit: indentUnitAt(request.context) } };
  return {
    ...filled,
    lines: lineOpened ? { ...lines, rest: '', below: lines.rest } : lines,
    code: codeBefore(filled.context),
    lineOpened,
    splitsCharacter: splitsCharacter(filled.context),
  };
}

/** Whether the cursor's line has nothing but blanks, so that something is missing there. */
export function isOnEmptyLine({ lines }: Pick<Hole, 'lines'>): boolean {
  return isBlank(lines.line) && isBlank(lines.rest);
}
