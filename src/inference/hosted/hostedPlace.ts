import { type Hole, holeOf, isOnEmptyLine } from '../../engine/infill/context/hole.js';
import { candidateWithLineBreak } from '../../engine/infill/context/lineAbove.js';
import { canvasPlan } from '../../engine/infill/plan/canvasPlan.js';
import { postprocessAt } from '../../engine/postprocess/postprocess.js';
import { onlyOpens } from '../../engine/text/onlyOpens.js';
import { continuesIdentifier, type InfillRequest, isBehindEntry } from '../../shared/infillRequest.js';
import type { Candidate, NoneReason } from '../../shared/outcome.js';
import { textAround } from './textAround.js';

/** Why a text is none, as in an outcome. */
export interface NoText {
  readonly reason: NoneReason;
  readonly detail: string;
}

/** A hole that a hosted model is to fill: what of the document it is told, and what makes its texts fit there. */
export interface HostedPlace {
  readonly before: string;
  readonly after: string;
  /** Whether the text ends at the end of its line. */
  readonly isOneLine: boolean;
  /** @param isCut whether the text broke off, so that only its whole lines are of use */
  readonly fitted: (text: string, isCut?: boolean) => Candidate | NoText;
}

/** The engine's own rules for a text at a place, without those that need its network. */
export function hostedPlace(request: InfillRequest): HostedPlace | NoText {
  const hole = holeOf(request);
  if (hole.splitsCharacter) {
    return { reason: 'unsuitable-position', detail: 'The cursor is inside a character or a line break.' };
  }
  const { context, options, lines, code } = hole;
  const { multiline } = canvasPlan(lines, context, options.multiline, { line: 0, block: 0 });
  const fit = postprocessAt({ ...context, multiline }, code);
  return {
    ...textAround(context),
    isOneLine: !multiline,
    fitted: (text, isCut = false) => {
      const whole = isCut && multiline ? wholeLines(text) : text;
      if (isBehindEntry(hole) && continuesIdentifier(whole)) {
        return { reason: 'unlikely-entry', detail: 'The model would only make the name longer.' };
      }
      const result = fit(whole);
      return result.kind === 'none' ? { reason: result.reason, detail: result.detail } : shown(result.text, hole);
    },
  };
}

/** A hosted model says nothing of how sure it is, so its texts count as sure: no least confidence holds them back. */
function shown(text: string, hole: Hole): Candidate | NoText {
  if (isOnEmptyLine(hole) && onlyOpens(text, hole.code.cursor.inside)) {
    return { reason: 'only-opens', detail: 'No continuation after the opening was likely enough.' };
  }
  const candidate: Candidate = { text, confidence: 1, tokens: [], stepsUsed: 0 };
  return hole.lineOpened ? candidateWithLineBreak(candidate, hole.context.eol) : candidate;
}

function wholeLines(text: string): string {
  const end = text.lastIndexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
