import type { AvailableModel, ContextCacheMode } from '../../shared/modelImport.js';
import { duration } from '../ui/duration.js';
import type { Localizer } from '../ui/localizer.js';
import { size } from './modelLine.js';

/** Digits of an estimate that mean something. */
const DIGITS = 2;
/** Milliseconds that nobody minds to wait for a text. */
const PATIENCE_MS = 1500;

/** How a public checkpoint is offered: plain texts, except for an icon at the start of the label; short, for a list cuts what is longer. */
export function availableLine(
  model: AvailableModel,
  freeMemory: number,
  l10n: Localizer,
): { readonly label: string; readonly description: string; readonly detail: string } {
  const { repository, parameters, license, isForCode, downloadBytes, memoryBytes, stepMs } = model;
  const isTooLarge = memoryBytes > freeMemory;
  return {
    label: `${isTooLarge ? '$(warning) ' : ''}${repository}`,
    description: [
      l10n.t('{0}B', (parameters / 1e9).toFixed(1)),
      license,
      isForCode ? l10n.t('code') : l10n.t('text'),
      ...needed(model, l10n),
    ].join(' · '),
    detail: [
      l10n.t('{0} download', size(downloadBytes)),
      l10n.t('about {0} of memory', size(memoryBytes)) +
        (isTooLarge ? ` (${l10n.t('{0} free', size(freeMemory))})` : ''),
      stepMs === null
        ? l10n.t('speed not measured yet')
        : l10n.t('about {0} per step (estimate)', estimate(stepMs, l10n)),
    ].join(' · '),
  };
}

/** The ways in which a model can compute, where the exact one takes longer than people wait. */
export function contextLines(
  { requestMs, dualRequestMs }: AvailableModel,
  l10n: Localizer,
): { readonly label: string; readonly detail: string; readonly contextCache: ContextCacheMode }[] {
  if (requestMs === null || dualRequestMs === null || requestMs <= PATIENCE_MS) {
    return [];
  }
  return [
    {
      label: l10n.t('Exactly'),
      detail: l10n.t('About {0} for 8 steps: each computes the whole context.', estimate(requestMs, l10n)),
      contextCache: 'exact',
    },
    {
      label: l10n.t('Faster'),
      detail: l10n.t(
        'About {0} for 8 steps: only the first computes the context. Texts may be worse.',
        estimate(dualRequestMs, l10n),
      ),
      contextCache: 'dual',
    },
  ];
}

function estimate(ms: number, l10n: Localizer): string {
  return duration(Number(ms.toPrecision(DIGITS)), l10n);
}

/** What a person has to bring along. */
function needed({ needs }: AvailableModel, l10n: Localizer): string[] {
  switch (needs) {
    case 'nothing':
      return [];
    case 'tokenizer':
      return [l10n.t('needs the tokenizer.json of GPT-2')];
    case 'mask':
      return [l10n.t('asks for the id of its mask')];
  }
}
