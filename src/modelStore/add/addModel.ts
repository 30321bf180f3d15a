import { mkdir, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Precision } from '../../engine/network/folder/manifest.js';
import { InfillError } from '../../shared/infillError.js';
import type {
  AddedModel,
  AddOutcome,
  AddProgress,
  AddQuestion,
  AddRequest,
  Agreement,
} from '../../shared/modelImport.js';
import type { Conversion, ConversionOptions } from '../convert/checkpoint/conversion.js';
import { findModel } from '../findModel.js';
import { gigabytes } from '../gigabytes.js';
import { downloadCheckpoint, downloadFolder } from '../hub/downloadCheckpoint.js';
import type { HubAccess } from '../hub/downloadFile.js';
import { withDownloadLock } from '../hub/withDownloadLock.js';
import { openModel } from '../installedModel.js';
import { estimateMemory } from '../../engine/network/folder/estimateMemory.js';
import { checkModelSizes, verifyModel } from '../../engine/network/folder/verifyModel.js';
import { checkModelName, suggestedModelName, userModelFolder } from '../modelNames.js';
import { isThere } from '../files/isThere.js';
import { KnownSums } from '../knownSums.js';
import { choosePrecision } from './choosePrecision.js';
import { copyModel } from './copyModel.js';
import { countParameters } from './countParameters.js';
import { openQuestions } from './openQuestions.js';
import { withStagingFolder } from './stagingFolder.js';

export interface AddParts {
  /** Where Infill is installed. */
  readonly root: string;
  /** The person's data folder. */
  readonly data: string;
  readonly hub: HubAccess;
  /** Writes a model folder; `convertCheckpoint`. */
  readonly convert: (options: ConversionOptions) => Promise<Pick<Conversion, 'notes'>>;
  /** Compares two model folders; `reference` is the one in floating point. Needs the runtime, so it comes from outside. */
  readonly compare: (folder: string, reference: string, run: CompareRun) => Promise<Agreement>;
  /** Bytes of memory that are free now. */
  readonly freeMemory: () => number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AddProgress) => void;
}

export interface CompareRun {
  readonly signal: AbortSignal;
  readonly onPositions: (done: number, total: number) => void;
}

/**
 * Adds a model to the person's folder of models: downloads it where it is on the hub, converts it (or copies a folder that is
 * converted already), verifies what was written, and compares it with the same weights in floating point. The model appears when
 * all of that is done; an error or a cancel leaves nothing of it behind, except that a download that broke can be continued.
 * Where something must be asked first, nothing is done but that is answered. Throws InfillError, or the signal's reason.
 */
export async function addModel(request: AddRequest, parts: AddParts): Promise<AddOutcome> {
  try {
    return await add(request, parts);
  } catch (error) {
    if (error instanceof Unanswered) {
      return { kind: 'questions', questions: error.questions };
    }
    throw error;
  }
}

/** Ends an import before anything large was done. */
class Unanswered extends Error {
  constructor(readonly questions: readonly AddQuestion[]) {
    super('There are open questions.');
  }
}

async function refuseOpenQuestions(folder: string, answers: AddRequest['answers']): Promise<void> {
  const questions = await openQuestions(folder, answers);
  if (questions.length > 0) {
    throw new Unanswered(questions);
  }
}

async function add(request: AddRequest, parts: AddParts): Promise<AddOutcome> {
  const { data, root, signal } = parts;
  const { source } = request;
  const name = request.name ?? suggestedModelName(source.kind === 'folder' ? source.folder : source.repository);
  checkModelName(name);
  const target = userModelFolder(data, name);
  const requireFreeName = async (): Promise<void> => {
    if ((await findModel(name, root, data)) !== undefined) {
      const remedy = 'Remove that one first, or give this one another name.';
      throw new InfillError('invalid-request', `There is a model named "${name}" already.`, remedy);
    }
  };
  await requireFreeName();
  return withStagingFolder(data, async (staging) => {
    // Named as it will be called: what is written may take the folder's name for the model's.
    const staged = path.join(staging, name);
    const { agreement, notes } = await withSource(request, parts, {
      onTurn: requireFreeName, // it may have been added by the download that was waited for
      use: (folder, license) => makeModel({ ...request, folder, license, name }, staged, parts),
    });
    parts.onProgress({ phase: 'verify', done: 0, total: 0, detail: '' });
    // What was written will be gone; a copy is as damaged as what it was copied from.
    const original = source.kind === 'folder' ? source.folder : source.repository;
    await naming(verifyModel(staged, signal), staged, original);
    signal.throwIfAborted();
    await rename(staged, target).catch((cause: unknown) => {
      throw new InfillError('invalid-request', `The model cannot be moved to ${target}.`, 'Is it there already?', {
        cause,
      });
    });
    const { manifest, bytes } = await openModel(target, false);
    // Verified above, and only moved since.
    const sums = await KnownSums.read(data);
    for (const { file, named } of await checkModelSizes(target, manifest)) sums.add(file, named.sha256);
    await sums.save();
    const { license, weights } = manifest;
    const memoryBytes = estimateMemory(manifest);
    const added = { name, folder: target, license, precision: weights.precision, bytes, memoryBytes, agreement, notes };
    return { kind: 'added', model: added };
  });
}

interface SourceUse<T> {
  /** Called before a download begins, when no other one of the same model goes on any more. */
  readonly onTurn: () => Promise<void>;
  readonly use: (folder: string, license: string | undefined) => Promise<T>;
}

/** Calls `use` with a folder on this machine; what was downloaded for it is deleted afterwards, unless it can be continued. */
async function withSource<T>(
  { source, answers }: AddRequest,
  { data, hub, signal, onProgress }: AddParts,
  { onTurn, use }: SourceUse<T>,
): Promise<T> {
  if (source.kind === 'folder') {
    return use(source.folder, undefined);
  }
  const { repository } = source;
  const downloads = path.join(data, 'downloads');
  const received = await downloadFolder(downloads, repository);
  const discard = (): Promise<void> => rm(received, { recursive: true, force: true });
  const onWait = (): void => onProgress({ phase: 'wait', done: 0, total: 0, detail: repository });
  return withDownloadLock({ downloads, repository, signal, onWait }, async () => {
    await onTurn();
    try {
      const { folder, license } = await downloadCheckpoint(source, {
        downloads,
        access: hub,
        signal,
        onProgress: (done, total, detail) => onProgress({ phase: 'download', done, total, detail }),
        onDescribed: (described) => naming(refuseOpenQuestions(described, answers), described, repository),
      });
      const result = await naming(use(folder, license), folder, repository);
      await discard();
      return result;
    } catch (error) {
      const isContinuable = error instanceof InfillError && error.code === 'download-failed';
      if (signal.aborted || !isContinuable) {
        await discard();
      }
      throw error;
    }
  });
}

/** Errors of `work` name `lasting` instead of `folder`, which is deleted before anybody could look into it. */
async function naming<T>(work: Promise<T>, folder: string, lasting: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof InfillError)) throw error;
    const names = [folder, await realpath(folder).catch(() => folder)];
    const message = names.reduce((text, name) => text.replaceAll(name, lasting), error.message);
    throw new InfillError(error.code, message, error.remedy, { cause: error });
  }
}

interface MakeRequest extends AddRequest {
  readonly folder: string;
  /** As the hub declares it. */
  readonly license: string | undefined;
  readonly name: string;
}

type Made = Pick<AddedModel, 'agreement' | 'notes'>;

async function makeModel(request: MakeRequest, staged: string, parts: AddParts): Promise<Made> {
  const { folder } = request;
  const { signal, onProgress } = parts;
  if (await isThere(path.join(folder, 'manifest.json'))) {
    const onBytes = (done: number, total: number): void => onProgress({ phase: 'copy', done, total, detail: '' });
    await copyModel(folder, staged, { signal, onBytes });
    return { agreement: { kind: 'skipped', why: 'it was converted before' }, notes: [] };
  }
  await refuseOpenQuestions(folder, request.answers);
  const parameters = await countParameters(folder);
  const precision = choosePrecision(request.precision, parameters);
  const { notes } = await convertTo(staged, precision, request, parts);
  return { agreement: await compareWithFloat(staged, { parameters, precision }, request, parts), notes };
}

async function convertTo(
  target: string,
  precision: Precision,
  request: MakeRequest,
  parts: AddParts,
): Promise<Pick<Conversion, 'notes'>> {
  const { folder, license, name, answers } = request;
  const { signal, onProgress, convert } = parts;
  return convert({
    source: folder,
    target,
    precision,
    answers: { name, ...(license === undefined ? {} : { license }), ...answers },
    signal,
    onProgress: ({ doneBytes, totalBytes }) =>
      onProgress({ phase: 'convert', done: doneBytes, total: totalBytes, detail: precision }),
  });
}

/** Above this the comparison would take minutes and as much disk as the model itself. */
const COMPARE_UP_TO = 1e9;
/** Weights as the runtime holds them while it loads, against those in the file. */
const FLOAT_COPIES = 1.6;

async function compareWithFloat(
  staged: string,
  { parameters, precision }: { readonly parameters: number; readonly precision: Precision },
  request: MakeRequest,
  parts: AddParts,
): Promise<Agreement> {
  if (precision === 'fp32') {
    return { kind: 'skipped', why: 'it is in 32-bit floating point itself' };
  }
  if (parameters > COMPARE_UP_TO) {
    return { kind: 'skipped', why: `${(parameters / 1e9).toFixed(1)} billion weights are too many to compare quickly` };
  }
  const need = FLOAT_COPIES * 4 * parameters;
  const free = parts.freeMemory();
  if (need > free) {
    const why = `32-bit floating point needs about ${gigabytes(need)} of memory, ${gigabytes(free)} are free`;
    return { kind: 'skipped', why };
  }
  const reference = path.join(path.dirname(staged), 'reference');
  await mkdir(reference);
  const folder = path.join(reference, request.name);
  await convertTo(folder, 'fp32', request, parts);
  const onPositions = (done: number, total: number): void =>
    parts.onProgress({ phase: 'compare', done, total, detail: '' });
  return parts.compare(staged, folder, { signal: parts.signal, onPositions });
}
