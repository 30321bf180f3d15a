import type { NoneReason } from '../../shared/outcome.js';
import type { Localizer } from '../ui/localizer.js';
import type { SettingKey } from '../settings/settingSpecs.js';

/** Why nothing was suggested, as a sentence for a person. */
export function reasonText(reason: NoneReason, l10n: Localizer): string {
  switch (reason) {
    case 'disabled':
      return l10n.t('Switched off here.');
    case 'not-asked':
      return l10n.t('No automatic suggestions for now.');
    case 'excluded-file':
      return l10n.t('This file is excluded.');
    case 'foreign-view':
      return l10n.t('Infill does not work in views such as output panels and search results.');
    case 'selection':
      return l10n.t('There is a selection.');
    case 'suggest-widget':
      return l10n.t('The item selected in the IntelliSense list does not continue the text before the cursor.');
    case 'not-drawn':
      return l10n.t('The line is too long: VS Code does not render it up to the cursor.');
    case 'unlikely-entry':
      return l10n.t('The item selected in the IntelliSense list is unlikely here.');
    case 'unsuitable-position':
      return l10n.t('Infill makes no automatic suggestions here.');
    case 'cancelled':
      return l10n.t('You kept typing before it was ready.');
    case 'superseded':
      return l10n.t('A newer request took its place.');
    case 'not-ready':
      return l10n.t('The model was still loading.');
    case 'empty':
      return l10n.t('The model found nothing to add here.');
    case 'low-confidence':
      return l10n.t('The model was not sure enough.');
    case 'not-worth':
      return l10n.t('The text would have saved too little typing to be worth a look.');
    case 'only-opens':
      return l10n.t('The model only knew how a line might begin, not how it goes on.');
    case 'repetition':
      return l10n.t('The text would only have repeated itself or the lines around it.');
    case 'already-there':
      return l10n.t('That text is already there after the cursor.');
    case 'not-likelier':
      return l10n.t('No better text found.');
    case 'out-of-scope':
      return l10n.t('Nothing was left after cutting at the end of the block.');
    case 'error':
      return l10n.t('The request failed.');
  }
}

/** The setting that decides about this reason, if there is one. */
export function settingBehind(reason: NoneReason): SettingKey | undefined {
  switch (reason) {
    case 'disabled':
      return 'enabled';
    case 'not-asked':
      return 'eagerness';
    case 'excluded-file':
      return 'excludedFiles';
    case 'low-confidence':
      return 'minimumConfidence';
    case 'cancelled':
      return 'delay.mode';
    case 'not-likelier':
      return 'denoise.strength';
    default:
      return undefined;
  }
}
