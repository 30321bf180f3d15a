import type { WorkerState } from '../../inference/host/client.js';
import { passesInWords } from '../../shared/passesInWords.js';
import { insteadInWords, placeInWords } from '../log/placeInWords.js';
import { projectSentence, type ProjectView } from '../project/projectView.js';
import { duration } from '../ui/duration.js';
import type { Localizer } from '../ui/localizer.js';
import type { Latency } from '../runtime/latency.js';
import { NAME, named } from '../ui/named.js';

/** All that the status bar tells, for the document in front. */
export interface StatusFacts {
  readonly worker: WorkerState;
  /** Why nothing can be suggested in this document; undefined if it can. */
  readonly offBecause: string | undefined;
  /** Why nothing comes by itself for a while; undefined if it does. */
  readonly quietBecause: string | undefined;
  readonly automaticOn: boolean;
  /** VS Code's own switch for inline suggestions of all extensions. */
  readonly inlineSuggestOn: boolean;
  /** As set, and how many of them the model takes. */
  readonly steps: number;
  readonly stepLimit: number;
  /** 0 = none. */
  readonly deadlineMs: number;
  readonly latency: Pick<Latency, 'lastMs' | 'lastPasses' | 'lastCutShort' | 'stepMs' | 'slow'>;
  readonly project: ProjectView;
  /** Shown for a moment instead of the name: why the suggestion asked for did not come. */
  readonly note: string | undefined;
}

export type StatusKind = 'ready' | 'working' | 'loading' | 'off' | 'quiet' | 'slow' | 'error' | 'warning';

export interface StatusView {
  readonly kind: StatusKind;
  /** Codicon name. */
  readonly icon: string;
  readonly text: string;
  /** One sentence. */
  readonly summary: string;
  /** Where text is sent to be computed, in a sentence; undefined where it stays here. */
  readonly place: string | undefined;
  /** Further facts, each a line of plain text. */
  readonly lines: readonly string[];
  /** Whether there are denoising steps to set. */
  readonly hasSteps: boolean;
}

const ICONS: Record<StatusKind, string> = {
  ready: 'sparkle',
  working: 'sync~spin',
  loading: 'loading~spin',
  off: 'circle-slash',
  quiet: 'bell-slash',
  slow: 'watch',
  error: 'error',
  warning: 'warning',
};

export function statusView(facts: StatusFacts, l10n: Localizer): StatusView {
  const [kind, summary] = kindOf(facts, l10n);
  return {
    kind,
    icon: ICONS[kind],
    text: facts.note === undefined ? NAME : named(facts.note),
    summary,
    place: placeInWords(facts.worker, l10n),
    lines: linesOf(facts, l10n),
    hasSteps: facts.worker.place?.kind !== 'hosted',
  };
}

function kindOf(
  { worker, offBecause, quietBecause, inlineSuggestOn, automaticOn, latency }: StatusFacts,
  l10n: Localizer,
): [StatusKind, string] {
  if (worker.kind === 'failed') {
    return ['error', worker.error?.describe() ?? worker.detail];
  }
  if (!inlineSuggestOn) {
    return ['warning', l10n.t('VS Code shows no inline suggestions because editor.inlineSuggest.enabled is off.')];
  }
  if (worker.kind === 'starting' || worker.kind === 'loading') {
    const { place } = worker;
    return ['loading', place === undefined ? l10n.t('Loading the model.') : l10n.t('Connecting to {0}.', place.name)];
  }
  if (worker.kind === 'working') {
    return [
      'working',
      worker.place?.kind === 'hosted' ? l10n.t('Waiting for {0}.', worker.place.name) : l10n.t('Denoising.'),
    ];
  }
  if (offBecause !== undefined) {
    return ['off', offBecause];
  }
  const instead = insteadInWords(worker, l10n);
  if (instead !== undefined) {
    return ['warning', instead];
  }
  if (quietBecause !== undefined) {
    return ['quiet', quietBecause];
  }
  if (latency.slow && worker.place?.kind !== 'hosted') {
    const { place } = worker; // a hosted model has neither steps nor a deadline
    return [
      'slow',
      place === undefined
        ? l10n.t('Suggestions are slow on this computer. Use fewer steps, a deadline or a lower Max Tokens.')
        : l10n.t('Suggestions from {0} are slow. Use fewer steps, a deadline or a lower Max Tokens.', place.name),
    ];
  }
  if (!automaticOn) {
    return ['ready', l10n.t('Ready. Automatic suggestions are off; Trigger Suggestion works.')];
  }
  if (worker.place !== undefined) {
    return ['ready', l10n.t('Ready.')];
  }
  return ['ready', worker.kind === 'ready' ? l10n.t('Ready.') : l10n.t('Ready. The model loads when it is next used.')];
}

function linesOf(facts: StatusFacts, l10n: Localizer): string[] {
  const { steps, stepLimit, deadlineMs, latency } = facts;
  const { info, place: where } = facts.worker;
  if (where?.kind === 'hosted') {
    // It has neither steps nor a deadline, and is told nothing of the project.
    return [l10n.t('Hosted model: {0} ({1})', info?.name ?? '', where.name)];
  }
  const place = placeInWords(facts.worker, l10n);
  const lines: string[] = place === undefined ? [] : [place];
  if (info !== undefined) {
    lines.push(
      l10n.t('Model: {0} {1}', info.name, info.version),
      l10n.t('Device: {0}, threads: {1}', info.device, info.threads) +
        (info.deviceNote === '' ? '' : ` (${info.deviceNote})`),
    );
  }
  lines.push(
    stepLimit < steps
      ? l10n.t('Denoising steps: {0} (the model uses {1})', steps, stepLimit)
      : l10n.t('Denoising steps: {0}', steps),
  );
  if (deadlineMs > 0) {
    lines.push(l10n.t('Deadline per suggestion: {0} ms', deadlineMs));
  }
  if (facts.project.mode !== 'off') {
    lines.push(l10n.t('Project: {0}', projectSentence(facts.project, l10n)));
  }
  if (latency.lastMs !== undefined && latency.stepMs !== undefined) {
    const more = [
      latency.lastPasses === undefined ? '' : passesInWords(latency.lastPasses),
      latency.lastCutShort ? l10n.t('stopped by the deadline') : '',
    ].filter((part) => part !== '');
    lines.push(
      l10n.t('Last suggestion: {0} ({1} ms per step)', duration(latency.lastMs, l10n), Math.round(latency.stepMs)) +
        (more.length === 0 ? '' : `: ${more.join('; ')}`),
    );
  }
  return lines;
}
