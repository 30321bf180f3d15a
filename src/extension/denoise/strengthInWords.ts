import type { Localizer } from '../ui/localizer.js';

/** Up to here a strength is a low one. */
const LOW = 0.15;

/** How many tokens a selection has. */
export interface TokenCount {
  readonly count: number;
  /** Whether the model's tokenizer counted them; otherwise they are estimated. */
  readonly isExact: boolean;
}

/** Characters of a token of code or prose, on average over sources and documents (2.4 JSON, 3.2 Python, 3.3 TypeScript, 3.7 prose). */
const CHARACTERS_PER_TOKEN = 3.3;

/** The count before anything was counted. */
export function estimatedTokens(text: string): TokenCount {
  return { count: Math.max(1, Math.round(text.length / CHARACTERS_PER_TOKEN)), isExact: false };
}

/** How much of a selection may be redone, as a few words. */
export function tokensInWords(strength: number, { count, isExact }: TokenCount, l10n: Localizer): string {
  const redone = Math.max(1, Math.round(strength * count));
  return isExact ? l10n.t('{0} of {1} tokens', redone, count) : l10n.t('about {0} of {1} tokens', redone, count);
}

/** What a strength does, as a sentence. */
export function strengthInWords(strength: number, l10n: Localizer): string {
  return strength <= LOW
    ? l10n.t('Only the least likely words are rewritten.')
    : strength < 1
      ? l10n.t('Up to {0}% of the text is rewritten, least likely parts first.', Math.round(strength * 100))
      : l10n.t('Everything may be rewritten. Only what is likelier is proposed.');
}
