import type { DenoiseRequest } from '../../../shared/infillRequest.js';
import { contextRoom } from '../../contract/contextRoom.js';
import { splitsCharacter } from '../../text/characterBoundary.js';
import { contextWindow } from '../context/contextWindow.js';
import { suffixAfter } from '../context/suffixAfter.js';
import type { Pipeline } from '../run/pipeline.js';
import type { RunRecord } from '../run/runRecord.js';
import { type SelectionText, selectionText } from './selectionText.js';

/** Whether a selection begins or ends inside a surrogate pair or a CRLF. */
export function splitsCharacters({ context, selection }: DenoiseRequest): boolean {
  const begins = { prefix: context.prefix, suffix: selection };
  const ends = { prefix: selection, suffix: context.suffix };
  return splitsCharacter(begins) || splitsCharacter(ends);
}

/** A selection as tokens with the text before it, and the token ids after it. */
export function readSelection(
  request: DenoiseRequest,
  { model, tokenizer }: Pipeline,
  record: RunRecord,
): { readonly selected: SelectionText; readonly after: readonly number[] } {
  const room = contextRoom(model.manifest.limits);
  const window = contextWindow(request.context, tokenizer, room.prefix);
  const selected = selectionText(request, window.prefix, tokenizer, room.prefix);
  record.clock.endPhase('tokenize');
  return { selected, after: suffixAfter(request.context.suffix, room.suffix, tokenizer).ids };
}
