import type { DenoisedChange } from '../../shared/outcome.js';
import { visibleLine } from '../../shared/visibleText.js';
import { foreignText } from '../ui/foreignText.js';
import type { Localizer } from '../ui/localizer.js';

/** Longest quotation, in characters, and how many of them are what the two texts have in common before they differ. */
const LONGEST = 32;
const COMMON = 8;

/** What a change does, in one line of a message that may go on with links: `“-” becomes “+”`. */
export function changeInWords({ before, text, confidence }: DenoisedChange, l10n: Localizer): string {
  const [from, to] = withoutSameBlanks(charactersOf(before), charactersOf(text));
  const skipped = Math.max(0, commonStart(from, to) - COMMON);
  // Two texts that begin alike would look alike if both were cut at their ends.
  const isLong = Math.max(from.length, to.length) > LONGEST;
  const quoted = (characters: readonly string[]): string => quotation(characters, isLong ? skipped : 0);
  const said =
    before === ''
      ? l10n.t('“{0}” is inserted', quoted(to))
      : text === ''
        ? l10n.t('“{0}” is removed', quoted(from))
        : l10n.t('“{0}” becomes “{1}”', quoted(from), quoted(to));
  const shown = withoutOpenLink(foreignText(said));
  return confidence === undefined ? shown : `${shown}, ${l10n.t('confidence {0}%', Math.round(confidence * 100))}`;
}

function quotation(characters: readonly string[], skipped: number): string {
  const shown = characters.slice(skipped, skipped + LONGEST).join('');
  return `${skipped > 0 ? '…' : ''}${visibleLine(shown)}${skipped + LONGEST < characters.length ? '…' : ''}`;
}

/** Blanks that both texts have at an end say nothing of a change. */
function withoutSameBlanks(from: readonly string[], to: readonly string[]): [readonly string[], readonly string[]] {
  const start = sameBlanks(from, to);
  const end = sameBlanks(from.slice(start).toReversed(), to.slice(start).toReversed());
  return [from.slice(start, from.length - end), to.slice(start, to.length - end)];
}

/** How many there are at the start, as long as something is left of both. */
function sameBlanks(from: readonly string[], to: readonly string[]): number {
  const most = Math.max(0, Math.min(from.length, to.length) - 1);
  const other = from.slice(0, most).findIndex((character, index) => character !== to[index] || /\S/.test(character));
  return other === -1 ? most : other;
}

/** As a person counts them. */
function charactersOf(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

function commonStart(from: readonly string[], to: readonly string[]): number {
  const end = from.findIndex((character, index) => character !== to[index]);
  return end === -1 ? from.length : end;
}

/** VS Code would take everything between a bracket that stays open and the first link's for the link's label. */
function withoutOpenLink(text: string): string {
  return text.replace(/\[(?=[^\]]*$)/g, '［');
}
