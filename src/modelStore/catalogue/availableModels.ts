import { estimateMemory } from '../../engine/network/folder/estimateMemory.js';
import type { Precision } from '../../engine/network/folder/manifest.js';
import type { AvailableModel, ContextCacheMode, MachineSpeed, ModelDescription } from '../../shared/modelImport.js';
import { choosePrecision } from '../add/choosePrecision.js';
import { suggestedModelName } from '../modelNames.js';
import { draftedModel, parametersOf } from './draftedModel.js';
import { type RequestCost, requestCost } from './passCost.js';
import { PUBLIC_CHECKPOINTS, type PublicCheckpoint } from './publicCheckpoints.js';

/** What is stated of a request: as many steps as the bundled model takes, and the rest of a line or two. */
export const STATED_STEPS = 8;
export const STATED_CANVAS = 32;

/**
 * The public checkpoints that are not among `added`, with what each is expected to cost on a machine of this speed; undefined = it could
 * not be measured.
 */
export function availableModels(
  added: readonly Pick<ModelDescription, 'name'>[],
  speed: MachineSpeed | undefined,
): readonly AvailableModel[] {
  const names = new Set(added.map(({ name }) => name));
  return PUBLIC_CHECKPOINTS.filter(({ repository }) => !names.has(suggestedModelName(repository))).map((checkpoint) =>
    describeCheckpoint(checkpoint, speed),
  );
}

/** One checkpoint as it is offered. */
export function describeCheckpoint(checkpoint: PublicCheckpoint, speed: MachineSpeed | undefined): AvailableModel {
  const { repository, title, license, downloadBytes, isForCode, needs, about, architecture } = checkpoint;
  const parameters = parametersOf(architecture);
  const precision = choosePrecision('auto', parameters) === 'int4' ? 'int4' : 'int8';
  const costs = speed === undefined ? undefined : statedCosts(checkpoint, precision, speed);
  return {
    repository,
    title,
    about,
    parameters,
    license,
    downloadBytes,
    isForCode,
    needs,
    mask: checkpoint.mask ?? null,
    precision,
    memoryBytes: memoryOf(checkpoint, precision),
    stepMs: costs?.exact.stepMs ?? null,
    requestMs: costs?.exact.requestMs ?? null,
    dualRequestMs: costs?.dual.requestMs ?? null,
  };
}

/** Of a request of `STATED_STEPS` steps, computed exactly and with the context kept between them. */
export function statedCosts(
  checkpoint: PublicCheckpoint,
  precision: Precision,
  speed: MachineSpeed,
): Readonly<Record<'exact' | 'dual', RequestCost>> {
  const request = { steps: STATED_STEPS, canvas: STATED_CANVAS };
  const cost = (contextCache: ContextCacheMode): RequestCost =>
    requestCost(draftedModel(checkpoint, { precision, contextCache }), request, speed);
  return { exact: cost('exact'), dual: cost('dual') };
}

/** Bytes that a process with this model is expected to need; what `infill models list` says of it once it is added. */
export function memoryOf(checkpoint: PublicCheckpoint, precision: Precision): number {
  return estimateMemory(draftedModel(checkpoint, { precision, contextCache: 'exact' }));
}

/** How it is added; FOLDER where something must be put beside its files first. */
export function addCommand({ repository, needs, mask }: PublicCheckpoint): string {
  const source = needs === 'tokenizer' ? 'FOLDER' : repository;
  return `infill models add ${source}${mask === undefined ? '' : ` --mask ${String(mask)}`}`;
}
