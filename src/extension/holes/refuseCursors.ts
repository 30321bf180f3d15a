import { MOST_HOLES, type Span } from '../../shared/infillRequest.js';
import type { Localizer } from '../ui/localizer.js';

/**
 * Why cursors cannot be filled together, and what to do about it; undefined where they can. It may have a link.
 *
 * @param selected every selection of an editor
 */
export function refuseCursors(selected: readonly Span[], l10n: Localizer): string | undefined {
  if (selected.some(({ start, end }) => start !== end)) {
    return l10n.t('Clear the selections first: Fill Every Cursor only inserts text.');
  }
  if (selected.length < 2) {
    const trigger = `[${l10n.t('Trigger Suggestion')}](command:infill.trigger)`;
    return l10n.t('Set two or more cursors first. For one, use {0}.', trigger);
  }
  return selected.length > MOST_HOLES
    ? l10n.t('Use at most {0} cursors at once; there are {1}.', MOST_HOLES, selected.length)
    : undefined;
}
