import { isInsideWord } from '../../atCursor/insideWord.js';
import type { NoneReason } from '../../shared/outcome.js';
import type { Localizer } from '../ui/localizer.js';

/** Why nothing is suggested somewhere. */
export interface Refusal {
  readonly reason: NoneReason;
  readonly detail: string;
}

/** Places where a suggestion that nobody asked for would only disturb; one that is shown already may lead there. */
export function refusePlace(prefix: string, suffix: string, l10n: Localizer): Refusal | undefined {
  if (isInsideWord(prefix, suffix)) {
    return { reason: 'unsuitable-position', detail: l10n.t('The cursor is in the middle of a word.') };
  }
  if (prefix.trim() === '' && suffix.trim() === '') {
    return { reason: 'unsuitable-position', detail: l10n.t('The document is empty.') };
  }
  return undefined;
}

/** Where VS Code draws nothing, a suggestion cannot be seen. Both in UTF-16 units of the cursor's line. */
export function refuseUndrawn(character: number, drawn: number, l10n: Localizer): Refusal | undefined {
  return character < drawn
    ? undefined
    : { reason: 'not-drawn', detail: l10n.t('editor.stopRenderingLineAfter is {0}.', String(drawn)) };
}
