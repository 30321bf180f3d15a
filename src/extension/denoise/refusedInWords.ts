import type { RefusedChange } from '../../shared/outcome.js';
import { visibleText } from '../../shared/visibleText.js';
import type { Localizer } from '../ui/localizer.js';

/** Beyond that it is all the same. */
const MOST_TIMES = 1000;

/**
 * Everything that was tried and is not proposed, as a text to be read.
 *
 * @param firstLine number, from 1, of the line where the selection begins
 */
export function refusedInWords(
  refused: readonly RefusedChange[],
  where: { readonly name: string; readonly selection: string; readonly firstLine: number },
  l10n: Localizer,
): string {
  const { name, selection, firstLine } = where;
  const lineOf = ({ span }: RefusedChange): number => firstLine + selection.slice(0, span.start).split('\n').length - 1;
  return [
    l10n.t('What was tried in {0}, and why it was not proposed', visibleText(name)),
    ...refused.map((change, index) =>
      [
        `${index + 1}. ${l10n.t('Line {0}', lineOf(change))}`,
        indented(l10n.t('as it is:'), change.before, l10n),
        indented(l10n.t('tried:'), change.text, l10n),
        `   ${whyInWords(change, l10n)}`,
      ].join('\n'),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Why a change is not proposed, as a sentence. */
export function whyInWords({ why, logProbs }: RefusedChange, l10n: Localizer): string {
  switch (why) {
    case 'structure':
      return l10n.t('Brackets, quotes, line breaks or indentation would no longer match.');
    case 'foreign-text':
      return l10n.t('It contains invisible characters, or half of one.');
    case 'not-likelier':
      return logProbs === undefined
        ? l10n.t('The model does not find it likelier than your text.')
        : comparison(logProbs, l10n);
  }
}

function comparison({ before, text }: { readonly before: number; readonly text: number }, l10n: Localizer): string {
  const times = Math.exp(Math.abs(text - before));
  const shown = times > MOST_TIMES ? l10n.t('more than {0}', MOST_TIMES) : times.toFixed(times < 10 ? 1 : 0);
  const logProbs = l10n.t(
    'log probability with the text after it: {0} as it is, {1} with the change',
    before.toFixed(2),
    text.toFixed(2),
  );
  return text > before
    ? l10n.t('The model finds it {0} times as likely, which is not enough ({1}).', shown, logProbs)
    : l10n.t('The model finds your text {0} times as likely ({1}).', shown, logProbs);
}

function indented(heading: string, text: string, l10n: Localizer): string {
  const lines = text === '' ? [l10n.t('(nothing)')] : visibleText(text).split('\n');
  return `   ${heading}\n${lines.map((line) => `      ${line}`).join('\n')}`;
}
