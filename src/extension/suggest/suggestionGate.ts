import type { NoneReason } from '../../shared/outcome.js';
import type { Localizer } from '../localizer.js';
import { hasOwnText, isSecretByLanguage, type TextOrigin } from './textOrigin.js';

/** What is known about a place before any text of the document is read. */
export interface PlaceFacts {
  readonly enabled: boolean;
  /** Asked for by VS Code while a person types; otherwise by a command. */
  readonly automatic: boolean;
  readonly origin: TextOrigin;
  /** The pattern of excluded files that matches. */
  readonly excludedBy: string | undefined;
  readonly hasSelection: boolean;
}

export interface Refusal {
  readonly reason: NoneReason;
  readonly detail: string;
}

export function refuseDocument(facts: PlaceFacts, l10n: Localizer): Refusal | undefined {
  if (!hasOwnText(facts.origin)) {
    return { reason: 'excluded-file', detail: l10n.t('It may show lines of other files, also of excluded ones.') };
  }
  if (!facts.enabled) {
    return { reason: 'disabled', detail: '' };
  }
  if (facts.excludedBy !== undefined) {
    return { reason: 'excluded-file', detail: l10n.t('It matches {0} in infill.excludedFiles.', facts.excludedBy) };
  }
  if (isSecretByLanguage(facts.origin)) {
    return { reason: 'excluded-file', detail: l10n.t('Text in its language usually holds secrets.') };
  }
  if (facts.automatic && facts.hasSelection) {
    return { reason: 'selection', detail: '' };
  }
  return undefined;
}

/** Why suggestions are not made unasked in an editor. What a person asked for stands there all the same. */
export function refuseUnasked(automaticOn: boolean, l10n: Localizer): Refusal | undefined {
  return automaticOn
    ? undefined
    : { reason: 'disabled', detail: l10n.t('Automatic suggestions are off; Trigger Suggestion still works.') };
}

/** Places where a suggestion that nobody asked for would only disturb; one that is shown already may lead there. */
export function refusePlace(prefix: string, suffix: string, l10n: Localizer): Refusal | undefined {
  if (ENDS_IN_WORD.test(prefix.slice(-2)) && STARTS_IN_WORD.test(suffix)) {
    return { reason: 'unsuitable-position', detail: l10n.t('The cursor is in the middle of a word.') };
  }
  if (prefix.trim() === '' && suffix.trim() === '') {
    return { reason: 'unsuitable-position', detail: l10n.t('The document is empty.') };
  }
  return undefined;
}

/** Scripts that are written without spaces: where a word ends cannot be told. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}`;
const WORD_CHARACTER = `(?![${UNSPACED}])[\\p{L}\\p{N}_]`;
const ENDS_IN_WORD = new RegExp(`${WORD_CHARACTER}$`, 'u');
const STARTS_IN_WORD = new RegExp(`^${WORD_CHARACTER}`, 'u');
