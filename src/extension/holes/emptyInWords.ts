import type { NoneReason } from '../../shared/outcome.js';
import { engineText } from '../log/engineText.js';
import { reasonText } from '../log/reasonText.js';
import type { Localizer } from '../ui/localizer.js';

/** A place for which there is no text, by its line, from 1. */
export interface EmptyLine {
  readonly line: number;
  readonly reason: NoneReason;
  readonly detail: string;
}

/**
 * How many places were filled, and why the others were not: `2 of 3 filled. Line 9: The model found nothing to add here.` Reasons that are
 * the same are said once. Undefined where all were filled.
 */
export function emptyInWords(empty: readonly EmptyLine[], count: number, l10n: Localizer): string | undefined {
  if (empty.length === 0) {
    return undefined;
  }
  const linesByReason = new Map<string, number[]>();
  for (const { line, reason, detail } of empty) {
    const why = [reasonText(reason, l10n), engineText(detail, l10n)].join(' ').trim();
    linesByReason.set(why, [...(linesByReason.get(why) ?? []), line]);
  }
  const filled = count - empty.length;
  const said =
    filled === 0 ? l10n.t('None of {0} cursors was filled.', count) : l10n.t('{0} of {1} filled.', filled, count);
  const whys = [...linesByReason].map(([why, lines]) =>
    lines.length === 1 ? l10n.t('Line {0}: {1}', lines.join(), why) : l10n.t('Lines {0}: {1}', lines.join(', '), why),
  );
  return [said, ...whys].join(' ');
}
