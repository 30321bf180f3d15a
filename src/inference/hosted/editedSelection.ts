import { foreignCharacter, ownHiddenCharacters } from '../../engine/text/foreignCharacters.js';
import { convertLineEnds } from '../../engine/text/lineEnds.js';
import type { DenoiseRequest } from '../../shared/infillRequest.js';
import type { DenoiseOutcome, RunReport } from '../../shared/outcome.js';
import type { EditedLines } from './editPrompt.js';
import { selectionChanges, type WordTokens } from './selectionChanges.js';

const UNFIT = 'What the model wrote would not fit.';
const SAME = 'The model would leave it as it is.';

/** What of the lines that an edit endpoint wrote is the selection; undefined where it wrote the text around it anew. */
export function selectionIn(lines: string, { lineBefore, lineAfter }: EditedLines): string | undefined {
  for (const each of [lines, lines.replace(/\n$/, '')]) {
    const fits = each.startsWith(lineBefore) && each.endsWith(lineAfter);
    if (fits && each.length >= lineBefore.length + lineAfter.length) {
      return each.slice(lineBefore.length, each.length - lineAfter.length);
    }
  }
  return undefined;
}

/** @param written the whole selection as the model has it; undefined where that is not known */
export function editedSelection(
  written: string | undefined,
  { context, selection, pinned }: DenoiseRequest,
  report: RunReport,
): DenoiseOutcome {
  const none = (detail: string): DenoiseOutcome => ({ kind: 'none', reason: 'not-likelier', detail, report });
  if (written === undefined || written.trim() === '') {
    return none(UNFIT);
  }
  const text = convertLineEnds(written, context.eol);
  if (foreignCharacter(text, context, ownHiddenCharacters(context, selection)) !== undefined) {
    return none(UNFIT);
  }
  const { changes, tokens }: WordTokens = selectionChanges(selection, text);
  const isPinned = changes.some(({ span }) => pinned.some(({ start, end }) => span.start < end && start < span.end));
  if (isPinned) {
    return none(UNFIT);
  }
  return changes.length === 0 ? none(SAME) : { kind: 'denoised', text, changes, refused: [], tokens, report };
}
