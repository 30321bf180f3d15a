import type { WorkerState } from '../../inference/host/client.js';
import type { Localizer } from '../ui/localizer.js';

/** Where text is sent to be computed; undefined where it stays on this computer. */
export function placeInWords({ place }: WorkerState, l10n: Localizer): string | undefined {
  return place === undefined ? undefined : l10n.t('Computed on {0}.', place.name);
}

/** Why the model on this computer fills in though another place should; undefined where it should itself. */
export function insteadInWords({ insteadOf }: WorkerState, l10n: Localizer): string | undefined {
  if (insteadOf === undefined) return undefined;
  const why = insteadOf.error?.describe() ?? l10n.t('{0} does not answer.', insteadOf.name);
  return `${why} ${l10n.t('Meanwhile the model on this computer fills in.')}`;
}

/** Which setting says so; undefined where no other place is set. */
export function placeSetting({ place, insteadOf }: WorkerState): string | undefined {
  const where = insteadOf ?? place;
  if (where === undefined) return undefined;
  return where.kind === 'hosted' ? 'infill.hosted.provider' : 'infill.server.url';
}
