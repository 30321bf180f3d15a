import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ProjectMode } from '../settings/settingSpecs.js';
import type { Localizer } from '../ui/localizer.js';
import type { FeedProgress } from './projectFeed.js';

/** What suggestions can draw on, in numbers. */
export interface ProjectView {
  readonly mode: ProjectMode;
  /** Of the index; undefined while there is none. */
  readonly stats: ProjectStats | undefined;
  readonly progress: FeedProgress;
}

/** For the status bar and its menu: as short as it can be. */
export function projectSentence({ mode, stats, progress }: ProjectView, l10n: Localizer): string {
  if (mode === 'off') {
    return l10n.t('off');
  }
  if (stats === undefined) {
    return l10n.t('read when the model loads');
  }
  const waiting = stats.waiting + progress.waiting;
  return [
    l10n.t('{0} files, {1} MB', stats.documents, megabytes(stats.units)),
    ...(waiting > 0 ? [l10n.t('{0} to go', waiting)] : []),
    ...leftOutWords(stats, progress, l10n),
  ].join('; ');
}

/** For a bug report: English, numbers only. */
export function projectFacts({ mode, stats, progress }: ProjectView): string {
  if (mode === 'off' || stats === undefined) {
    return `${mode}, no index`;
  }
  const { large, binary, minified } = progress.leftOut;
  return (
    `${mode}, ${stats.documents} documents, ${megabytes(stats.units)} MB of text in ${megabytes(stats.bytes)} MB, ` +
    `${stats.waiting + progress.waiting} waiting; left out: ${large} large, ${binary} binary, ${minified} minified, ` +
    `${stats.leftOut + progress.beyondLimit} beyond the limit`
  );
}

function leftOutWords(stats: ProjectStats, { leftOut, beyondLimit }: FeedProgress, l10n: Localizer): string[] {
  const unsuitable = leftOut.large + leftOut.binary + leftOut.minified;
  const beyond = stats.leftOut + beyondLimit;
  return [
    ...(unsuitable > 0 ? [l10n.t('{0} left out: too large, binary or minified', unsuitable)] : []),
    ...(beyond > 0 ? [l10n.t('{0} left out: over infill.projectMegabytes', beyond)] : []),
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
