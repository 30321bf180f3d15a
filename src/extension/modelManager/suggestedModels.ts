import type { ModelDescription } from '../../shared/modelImport.js';
import { duration } from '../ui/duration.js';
import type { Localizer } from '../ui/localizer.js';
import { size } from './modelLine.js';

/** A checkpoint on the hub that can be converted; as its public card states it. */
export interface SuggestedModel {
  readonly repository: string;
  readonly parameters: number;
  /** Of its weights on the hub. */
  readonly bytes: number;
  /** As the card names it. */
  readonly license: string;
  readonly isForCode: boolean;
}

/**
 * By size. One of each family that needs nothing but its repository: SEDD, MDLM and DiffuGPT want a file or an answer besides, and are
 * no models of code.
 */
export const SUGGESTED_MODELS: readonly SuggestedModel[] = [
  {
    repository: 'dllm-hub/Qwen2.5-Coder-0.5B-Instruct-diffusion-mdlm-v0.1',
    parameters: 0.63e9,
    bytes: 1.28e9,
    license: 'apache-2.0',
    isForCode: true,
  },
  {
    repository: 'Dream-org/Dream-Coder-v0-Instruct-7B',
    parameters: 7.6e9,
    bytes: 15.2e9,
    license: 'apache-2.0',
    isForCode: true,
  },
  { repository: 'apple/DiffuCoder-7B-Base', parameters: 7.6e9, bytes: 15.2e9, license: 'apple-amlr', isForCode: true },
  { repository: 'GSAI-ML/LLaDA-8B-Base', parameters: 8e9, bytes: 16e9, license: 'mit', isForCode: false },
];

/** From so many weights on the converter takes 4 bits, as `choosePrecision`; with their scales they take a little more. */
const INT4_FROM = 1e9;
const INT4_BYTES = 0.6;
/** As `estimateMemory`: the process itself, weights packed anew, and what one pass over a whole context holds. */
const PROCESS_BYTES = 250e6;
const PACKED = 1.1;
const PASS_BYTES = 400e6;
/** Of the encoder, which a pass of the bundled model reads whole, at 8 bits each. */
const BUNDLED_BYTES = 135e6;

export interface Costs {
  readonly precision: 'int8' | 'int4';
  readonly memoryBytes: number;
  /** Milliseconds that a step takes at least here; undefined where the bundled model was not measured. */
  readonly leastStepMs: number | undefined;
}

/**
 * What a model would cost here, estimated before anything of it is there. A step reads all weights at least once, as a pass of the
 * bundled model does, whose time is known; these models compute the whole context besides, so a step takes longer than that.
 *
 * @param bundledStepMs measured; undefined = not measured.
 */
export function costsHere({ parameters }: SuggestedModel, bundledStepMs: number | undefined): Costs {
  const isSmall = parameters < INT4_FROM;
  const weights = parameters * (isSmall ? 1 : INT4_BYTES);
  return {
    precision: isSmall ? 'int8' : 'int4',
    memoryBytes: PROCESS_BYTES + PACKED * weights + PASS_BYTES,
    leastStepMs: bundledStepMs === undefined ? undefined : (bundledStepMs * weights) / BUNDLED_BYTES,
  };
}

/** Milliseconds of a step of the bundled model: measured in this window, or in an earlier one. */
export function bundledStepMs(
  models: readonly ModelDescription[],
  usedFolder: string,
  stepMs: number | undefined,
): number | undefined {
  const bundled = models.find(({ isBundled }) => isBundled);
  return (bundled?.folder === usedFolder ? stepMs : undefined) ?? bundled?.msPerStep ?? undefined;
}

/** How a model is offered: plain texts, except for an icon at the start of the label; short, for a list cuts what is longer. */
export function suggestedLine(
  model: SuggestedModel,
  { freeMemory, stepMs }: { readonly freeMemory: number; readonly stepMs: number | undefined },
  l10n: Localizer,
): { readonly label: string; readonly description: string; readonly detail: string } {
  const { memoryBytes, leastStepMs } = costsHere(model, stepMs);
  const isTooLarge = memoryBytes > freeMemory;
  return {
    label: `${isTooLarge ? '$(warning) ' : ''}${model.repository}`,
    description: [
      l10n.t('{0}B', (model.parameters / 1e9).toFixed(1)),
      model.license,
      model.isForCode ? l10n.t('code') : l10n.t('text'),
    ].join(' · '),
    detail: [
      l10n.t('{0} download', size(model.bytes)),
      l10n.t('about {0} of memory', size(memoryBytes)) +
        (isTooLarge ? ` (${l10n.t('{0} free', size(freeMemory))})` : ''),
      leastStepMs === undefined
        ? l10n.t('speed not measured yet')
        : l10n.t('at least {0} per step (estimate)', duration(Number(leastStepMs.toPrecision(2)), l10n)),
    ].join(' · '),
  };
}
