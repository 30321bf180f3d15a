import { readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { readManifest, type Precision } from '../../engine/network/folder/manifest.js';
import { InfillError } from '../../shared/infillError.js';
import type {
  AddedModel,
  AddOutcome,
  AddProgress,
  AddQuestion,
  AddRequest,
  Agreement,
} from '../../shared/modelImport.js';
import type {
  Conversion,
  ConversionAnswers,
  ConversionOptions,
  InspectionOptions,
} from '../convert/checkpoint/conversion.js';
import { refuseQuantizedTensors } from '../convert/checkpoint/quantized.js';
import { weightHeaders, type WeightHeaders } from '../convert/checkpoint/weightHeaders.js';
import { findModel } from '../findModel.js';
import { gigabytes } from '../gigabytes.js';
import { type CheckpointDescription, downloadCheckpoint, downloadFolder } from '../hub/downloadCheckpoint.js';
import type { HubAccess } from '../hub/openHubBlob.js';
import { openModel } from '../installedModel.js';
import { estimateMemory } from '../../engine/network/folder/estimateMemory.js';
import { checkModelSizes, verifyModel } from '../../engine/network/folder/verifyModel.js';
import { checkModelName, suggestedModelName, userModelFolder } from '../modelNames.js';
import { isThere } from '../files/isThere.js';
import { withFolderLock } from '../files/withFolderLock.js';
import { isDiskFull } from '../isDiskFull.js';
import { KnownSums } from '../knownSums.js';
import { choosePrecision } from './choosePrecision.js';
import { copyModel } from './copyModel.js';
import { countParameters } from './countParameters.js';
import { type ImportFolder, withImportFolder } from './importFolder.js';
import { downloadsFolder } from './keptImports.js';
import { type CheckpointFacts, openQuestions } from './openQuestions.js';
import { sourceIdentity } from './sourceIdentity.js';
import { withStagingFolder } from './stagingFolder.js';

export interface AddParts {
  /** Where Infill is installed. */
  readonly root: string;
  /** The person's data folder. */
  readonly data: string;
  readonly hub: HubAccess;
  /** Looks at all that can be known before weights are downloaded, and throws where it cannot be converted; `inspectCheckpoint`. */
  readonly inspect: (folder: string, weights: WeightHeaders, options: InspectionOptions) => Promise<unknown>;
  /** Writes a model folder; `convertCheckpoint`. */
  readonly convert: (options: ConversionOptions) => Promise<Pick<Conversion, 'notes'>>;
  /** Compares a converted model with its checkpoint in floating point. Needs the runtime, so it comes from outside. */
  readonly compare: (folder: string, checkpoint: ComparedCheckpoint, run: CompareRun) => Promise<Agreement>;
  /** Bytes of memory that are free now. */
  readonly freeMemory: () => number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AddProgress) => void;
}

/** What a model was converted from. */
export interface ComparedCheckpoint {
  readonly folder: string;
  readonly answers: ConversionAnswers;
}

export interface CompareRun {
  readonly signal: AbortSignal;
  readonly onPositions: (done: number, total: number) => void;
}

/**
 * Adds a model to the person's folder of models: downloads it where it is on the hub, converts it (or copies a folder that is
 * converted already), compares it with the same weights in floating point, and verifies what was written. The model appears when
 * all of that is done. However it ends before that, what was received and converted is kept, and the same request goes on from there;
 * `keptImports` lists it. Where something must be asked first, nothing is done but that is answered.
 * Throws InfillError, or the signal's reason.
 */
export async function addModel(request: AddRequest, parts: AddParts): Promise<AddOutcome> {
  try {
    return { kind: 'added', model: await add(request, parts) };
  } catch (error) {
    if (error instanceof Unanswered) {
      return { kind: 'questions', questions: error.questions };
    }
    throw isDiskFull(error) ? diskFull(parts.data, error) : error;
  }
}

/** Ends an import before anything large was done. */
class Unanswered extends Error {
  constructor(readonly questions: readonly AddQuestion[]) {
    super('There are open questions.');
  }
}

function diskFull(data: string, cause: unknown): InfillError {
  const remedy = 'Make room and run the same again: it goes on where it stopped.';
  return new InfillError('invalid-request', `The disk is full: ${data} takes nothing more.`, remedy, { cause });
}

async function refuseOpenQuestions(
  folder: string,
  answers: AddRequest['answers'],
  facts: CheckpointFacts,
): Promise<void> {
  const questions = await openQuestions(folder, answers, facts);
  if (questions.length > 0) {
    throw new Unanswered(questions);
  }
}

async function add(request: AddRequest, parts: AddParts): Promise<AddedModel> {
  const { data, root } = parts;
  const { source } = request;
  const name = request.name ?? suggestedModelName(source.kind === 'folder' ? source.folder : source.repository);
  checkModelName(name);
  const requireFreeName = async (): Promise<void> => {
    if ((await findModel(name, root, data)) !== undefined) {
      const remedy = 'Remove that one first, or give this one another name.';
      throw new InfillError('invalid-request', `There is a model named "${name}" already.`, remedy);
    }
  };
  await requireFreeName();
  return withSource(request, parts, {
    onTurn: requireFreeName, // it may have been added by the download that was waited for
    use: (local) => makeModel({ ...request, ...local, name, requireFreeName }, parts),
  });
}

/** The files of a source on this machine. */
interface LocalSource {
  readonly folder: string;
  /** As the hub declares it. */
  readonly license: string | undefined;
  /** What a person calls the source; its files are named by it in errors. */
  readonly called: string;
  /** The commit; undefined where the files may change. */
  readonly commit: string | undefined;
  /** What a person must know of what was not downloaded. */
  readonly notes: readonly string[];
}

interface SourceUse<T> {
  /** Called before a download begins, when no other one of the same model goes on any more. */
  readonly onTurn: () => Promise<void>;
  readonly use: (local: LocalSource) => Promise<T>;
}

/** Calls `use` with a folder on this machine; what was downloaded for it is deleted when that is done, and kept otherwise. */
async function withSource<T>(request: AddRequest, parts: AddParts, { onTurn, use }: SourceUse<T>): Promise<T> {
  const { source } = request;
  const { data, hub, signal, onProgress } = parts;
  if (source.kind === 'folder') {
    const { folder } = source;
    return use({ folder, license: undefined, called: folder, commit: undefined, notes: [] });
  }
  const { repository } = source;
  const downloads = downloadsFolder(data);
  const received = await downloadFolder(downloads, repository);
  const discard = (): Promise<void> => rm(received, { recursive: true, force: true });
  const onWait = (): void => onProgress({ phase: 'wait', done: 0, total: 0, detail: repository });
  return withFolderLock({ parent: downloads, name: path.basename(received), signal, onWait }, async () => {
    await onTurn();
    try {
      const { folder, license, revision, notes } = await downloadCheckpoint(source, {
        downloads,
        access: hub,
        signal,
        onProgress: (done, total, detail) => onProgress({ phase: 'download', done, total, detail }),
        onDescribed: (described) => naming(lookAhead(described, request, parts), described.folder, repository),
      });
      const local = { folder, license, called: repository, commit: revision, notes };
      const result = await naming(use(local), folder, repository);
      await discard();
      return result;
    } catch (error) {
      // A description alone is fetched again in a moment. It is kept while it is asked about.
      if (!(error instanceof Unanswered) && !(await hasWeights(received))) {
        await discard();
      }
      throw error;
    }
  });
}

/** Whether anything of the weights was received. */
async function hasWeights(folder: string): Promise<boolean> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const weights = names.filter((name) => /\.safetensors(?:\.part)?$/.test(name));
  const sizes = await Promise.all(weights.map(async (name) => (await stat(path.join(folder, name))).size));
  return sizes.some((size) => size > 0);
}

/** Refuses and asks before the weights are downloaded whatever can be. */
async function lookAhead(
  { folder, base, readHeaders }: CheckpointDescription,
  { answers, precision }: AddRequest,
  { inspect }: AddParts,
): Promise<void> {
  const facts = base === undefined ? {} : { base };
  await refuseOpenQuestions(folder, answers, facts); // what its configuration decides costs no request
  const weights = await readHeaders();
  if (weights === undefined) return refuseOpenQuestions(folder, answers, { ...facts, isBlind: true });
  refuseQuantizedTensors(weights.files, base);
  await refuseOpenQuestions(folder, answers, { ...facts, weights });
  await inspect(folder, weights, {
    precision: choosePrecision(precision, countParameters(weights)),
    answers,
    hasData: false,
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

interface MakeRequest extends AddRequest, LocalSource {
  readonly name: string;
  readonly requireFreeName: () => Promise<void>;
}

async function makeModel(request: MakeRequest, parts: AddParts): Promise<AddedModel> {
  const { folder, name } = request;
  const { signal, onProgress, data } = parts;
  if (await isThere(path.join(folder, 'manifest.json'))) {
    return withStagingFolder(data, async (staging) => {
      const staged = path.join(staging, name);
      const onBytes = (done: number, total: number): void => onProgress({ phase: 'copy', done, total, detail: '' });
      await copyModel(folder, staged, { signal, onBytes });
      const agreement: Agreement = { kind: 'skipped', why: 'it was converted before' };
      return finish(staged, { agreement, notes: [] }, request, parts);
    });
  }
  const weights = await weightHeaders(folder);
  await refuseOpenQuestions(folder, request.answers, { weights });
  const precision = choosePrecision(request.precision, countParameters(weights));
  const files = async (): Promise<readonly string[]> => sourceIdentity(folder, request.commit === undefined);
  const source = request.commit === undefined ? await realpath(folder) : request.called;
  const before = await files();
  const identity = { source, precision, files: [request.commit ?? '', ...before] };
  const onWait = (): void => onProgress({ phase: 'wait', done: 0, total: 0, detail: request.called });
  return withImportFolder(identity, { data, signal, onWait }, async (place) => {
    await request.requireFreeName(); // it may have been added by the import that was waited for
    const { notes } = await convertTo(place, precision, request, parts);
    if ((await files()).join('\n') !== before.join('\n')) throw changed(request.called);
    const agreement = await compareWithFloat(place.model, precision, request, parts);
    return finish(place.model, { agreement, notes: [...request.notes, ...notes] }, request, parts);
  });
}

function changed(called: string): InfillError {
  const message = `The files of ${called} were changed while they were converted.`;
  return new InfillError('model-corrupt', message, 'Add it again when they are complete.');
}

/** Moves the model among the others, if it is what was written. */
async function finish(
  staged: string,
  made: Pick<AddedModel, 'agreement' | 'notes'>,
  { name, called }: MakeRequest,
  { data, signal, onProgress }: AddParts,
): Promise<AddedModel> {
  onProgress({ phase: 'verify', done: 0, total: 0, detail: '' });
  // What was written will be gone; a copy is as damaged as what it was copied from.
  await naming(verifyModel(staged, signal), staged, called);
  signal.throwIfAborted();
  const target = userModelFolder(data, name);
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
  return { name, folder: target, license, precision: weights.precision, bytes, memoryBytes, ...made };
}

async function convertTo(
  { model, journal }: ImportFolder,
  precision: Precision,
  request: MakeRequest,
  { signal, onProgress, convert }: AddParts,
): Promise<Pick<Conversion, 'notes'>> {
  return convert({
    source: request.folder,
    target: model,
    journal,
    precision,
    answers: answersOf(request),
    signal,
    onProgress: ({ doneBytes, totalBytes }) =>
      onProgress({ phase: 'convert', done: doneBytes, total: totalBytes, detail: precision }),
  });
}

function answersOf({ name, license, answers }: MakeRequest): ConversionAnswers {
  return { name, ...(license === undefined ? {} : { license }), ...answers };
}

async function compareWithFloat(
  staged: string,
  precision: Precision,
  request: MakeRequest,
  { freeMemory, signal, onProgress, compare }: AddParts,
): Promise<Agreement> {
  if (precision === 'fp32') {
    return { kind: 'skipped', why: 'it is in 32-bit floating point itself' };
  }
  // The checkpoint itself is read layer by layer.
  const need = estimateMemory(await readManifest(staged));
  const free = freeMemory();
  if (need > free) {
    return { kind: 'skipped', why: `the model needs about ${gigabytes(need)} of memory, ${gigabytes(free)} are free` };
  }
  const onPositions = (done: number, total: number): void => onProgress({ phase: 'compare', done, total, detail: '' });
  const checkpoint = { folder: request.folder, answers: answersOf(request) };
  return compare(staged, checkpoint, { signal, onPositions });
}
