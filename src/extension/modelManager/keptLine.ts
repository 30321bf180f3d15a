import type { KeptImport } from '../../shared/modelImport.js';
import { foreignText } from '../ui/foreignText.js';
import type { Localizer } from '../ui/localizer.js';
import { size } from './modelLine.js';

/** How what is kept of an interrupted import is shown: plain texts, except for an icon at the start of the label. */
export interface KeptLine {
  readonly label: string;
  readonly description: string;
  readonly size: string;
  readonly name: string;
}

export function keptLine({ called, bytes, isActive }: KeptImport, l10n: Localizer): KeptLine {
  const state = isActive ? l10n.t('being added') : l10n.t('not finished');
  return {
    label: `$(${isActive ? 'sync' : 'debug-pause'}) ${foreignText(called)}`,
    description: [state, l10n.t('{0} on disk', size(bytes))].join(' · '),
    size: size(bytes),
    name: foreignText(called),
  };
}
