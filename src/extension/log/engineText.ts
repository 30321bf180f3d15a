import type { Localizer } from '../ui/localizer.js';

/**
 * What the engine says in English, in the language of the person: the bundle has its sentences with `{0}`, `{1}`, ... where the
 * engine writes numbers. A test collects them from the engine's sources.
 */
export function engineText(text: string, l10n: Localizer): string {
  if (/[{}]/.test(text)) {
    return text; // a pattern of a person's settings, already in words
  }
  const numbers: string[] = [];
  const message = text.replace(/\d+(\.\d+)?/g, (number) => `{${numbers.push(number) - 1}}`);
  return translated(l10n, message, numbers);
}

/** Apart from other calls, since its text is no literal that can be collected where it is written. */
function translated(bundle: Localizer, message: string, numbers: readonly string[]): string {
  return bundle.t(message, ...numbers);
}
