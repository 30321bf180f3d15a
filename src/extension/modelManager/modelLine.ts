import type { ModelDescription } from '../../shared/modelImport.js';
import { foreignText } from '../ui/foreignText.js';
import type { Localizer } from '../ui/localizer.js';

/** How a model is shown in a list: plain texts, except for an icon at the start of the label. */
export interface ModelLine {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/**
 * @param model from the store.
 * @param isUsed whether the settings name it.
 * @param stepMs measured in this window, which is fresher than what is stored; undefined = not measured.
 */
export function modelLine(
  model: ModelDescription,
  isUsed: boolean,
  stepMs: number | undefined,
  l10n: Localizer,
): ModelLine {
  const icon = model.problem !== '' ? '$(error) ' : isUsed ? '$(check) ' : '';
  const notes = [
    ...(isUsed ? [l10n.t('in use')] : []),
    ...(model.isBundled ? [l10n.t('bundled')] : []),
    ...(model.problem === '' ? [model.version, model.license] : []),
  ];
  return {
    label: icon + foreignText(model.name),
    description: foreignText(notes.join(' · ')),
    detail: foreignText(detailOf(model, stepMs, l10n)),
  };
}

function detailOf(model: ModelDescription, stepMs: number | undefined, l10n: Localizer): string {
  if (model.problem !== '') {
    return model.problem;
  }
  const ms = stepMs ?? model.msPerStep;
  return [
    model.precision,
    l10n.t('{0} on disk', size(model.bytes)),
    l10n.t('needs about {0} of memory', size(model.memoryBytes)),
    ms === null ? l10n.t('speed not measured yet') : l10n.t('{0} ms per step here', ms.toFixed(ms < 10 ? 1 : 0)),
  ].join(' · ');
}

/** Bytes in the unit that fits. */
export function size(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
