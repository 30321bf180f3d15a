import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fullSequenceTensors, INT4_BLOCK, layerProjections } from '../../engine/network/folder/fullSequenceTensors.js';
import {
  fullSequenceOptions,
  MANIFEST_FORMAT,
  parseManifest,
  type FullSequenceManifest,
  type HashedFile,
} from '../../engine/network/folder/manifest.js';
import { parseForeignJson, readForeignJson, readForeignText } from '../../engine/files/foreignFile.js';
import { parseTokenizerFile } from '../../engine/tokenizer/tokenizerFile.js';
import { InfillError } from '../../shared/infillError.js';
import type { DetectedCheckpoint } from './checkpoint/checkpointFamily.js';
import { CheckpointFiles } from './checkpoint/checkpointReader.js';
import { checkpointTokenizer, type CheckpointTokenizer } from './checkpoint/checkpointTokenizer.js';
import type { Conversion, ConversionOptions } from './checkpoint/conversion.js';
import { ConversionJournal } from './conversionJournal.js';
import { MappedTensors } from './mappedTensors.js';
import { WeightsConverter } from './convertWeights.js';
import { detectFamily } from './families/detectFamily.js';
import { unsupported } from './checkpoint/unsupported.js';
import { hashedFile, WeightsWriter } from './weightsWriter.js';

/** Where the network could see more, this much is enough around a cursor, and each step costs all of it. */
const MOST_POSITIONS = 704;
const CANVAS = 64;
const STEPS = 32;
/** Nats; what entropy-bounded unmasking uses without loss (arXiv 2505.24857). */
const ENTROPY_BOUND = 0.1;

/**
 * Makes a model folder of a checkpoint: detects its family, writes its weights in the wanted precision, its tokenizer and a
 * manifest. The folder appears under its name when it is complete, and not at all otherwise; with a `journal` it is written in place,
 * and what an earlier call has converted of the same is used again, if it is still what was written. Memory stays at some 200 MB
 * whatever the model's size.
 * Throws InfillError: model-missing (a file is not there), model-corrupt, model-unsupported (with the reason: no diffusion model
 * that Infill runs, or a question that `answers` must answer), invalid-request (the target exists, no room on the disk), cancelled.
 */
export async function convertCheckpoint(options: ConversionOptions): Promise<Conversion> {
  const { source, target, journal } = options;
  throwIfCancelled(options.signal);
  if (journal === undefined && (await stat(target).catch(() => undefined))) {
    const message = `The folder ${target} exists already.`;
    throw new InfillError('invalid-request', message, 'Remove it first, or choose another name.');
  }
  const tokenizer = await checkpointTokenizer(source);
  const files = await CheckpointFiles.open(source);
  // Beside the target: a folder can only be renamed within a file system.
  const partial = journal === undefined ? `${target}.partial-${randomBytes(4).toString('hex')}` : target;
  try {
    await mkdir(partial, { recursive: true });
    const conversion = await convertInto(partial, { ...options, tokenizer, files });
    throwIfCancelled(options.signal);
    if (partial !== target) await rename(partial, target);
    return conversion;
  } finally {
    await files.close();
    if (partial !== target) await rm(partial, { recursive: true, force: true });
  }
}

async function convertInto(
  folder: string,
  options: ConversionOptions & { readonly tokenizer: CheckpointTokenizer; readonly files: CheckpointFiles },
): Promise<Conversion> {
  const { source, precision, files, tokenizer, answers = {}, onProgress, signal } = options;
  const configFile = path.join(source, 'config.json');
  const config = await readForeignJson(configFile);
  const detected = detectFamily(config, parseForeignJson(tokenizer.text, tokenizer.place), answers, files.names);
  refuseQuestions(detected);
  const license = answers.license ?? (await statedLicense(source)) ?? 'unknown';
  const draft = draftManifest(detected, {
    precision,
    name: answers.name ?? path.basename(source),
    license,
    contextCache: answers.contextCache ?? 'exact',
  });
  refuseUnevenBlocks(draft);
  refuseUnusable(draft, configFile);
  parseTokenizerFile(tokenizer.text, tokenizer.place, draft.architecture.vocabularySize);
  let doneBytes = 0;
  // Looks at the checkpoint's tensors before a file is made.
  const converter: WeightsConverter = new WeightsConverter(new MappedTensors(files, draft, detected.layout), {
    afterBlock: (bytes) => {
      throwIfCancelled(signal);
      doneBytes += bytes;
      onProgress?.({ doneBytes, totalBytes: converter.totalBytes });
    },
    blockElements: options.blockElements,
  });

  const journal =
    options.journal === undefined ? undefined : await ConversionJournal.open(options.journal, converter.plan);
  let written: readonly HashedFile[];
  try {
    if (journal?.finished.size === 0) await emptyFolder(folder); // what is there is of another plan, or of none
    await writeFile(path.join(folder, 'tokenizer.json'), tokenizer.text);
    written = await writeWeights(folder, converter, draft, { journal, signal });
  } finally {
    await journal?.close();
  }
  const manifest: FullSequenceManifest = {
    ...draft,
    weights: { precision, files: written.map((file) => ({ ...file, part: 'network' as const })) },
    tokenizer: await hashedFile(folder, 'tokenizer.json'),
  };
  await writeFile(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return { manifest, notes: [] };
}

interface WriteOptions {
  readonly journal: ConversionJournal | undefined;
  readonly signal: AbortSignal | undefined;
}

async function writeWeights(
  folder: string,
  converter: WeightsConverter,
  draft: FullSequenceManifest,
  { journal, signal }: WriteOptions,
): Promise<readonly HashedFile[]> {
  const writer = await WeightsWriter.create(folder, fullSequenceTensors(draft));
  try {
    await requireRoom(folder, converter.totalBytes - (await writer.allocatedBytes()));
    await converter.writeAll(writer, journal);
    if (journal !== undefined) await writer.flush();
  } finally {
    await writer.close();
  }
  return writer.hashed(signal);
}

async function requireRoom(folder: string, missing: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (missing <= bavail * bsize) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new InfillError(
    'invalid-request',
    `The converted model takes ${megabytes(missing)} more; ${megabytes(bavail * bsize)} are free at ${folder}.`,
    'Make room on the disk, or name a folder on another one in INFILL_HOME.',
  );
}

async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

type Chosen = Pick<FullSequenceManifest['weights'], 'precision'> &
  Pick<FullSequenceManifest['recommended'], 'contextCache'> & { readonly name: string; readonly license: string };

/** A manifest without files: enough to know every tensor. */
function draftManifest(
  { family, architecture, tokens, sampler }: DetectedCheckpoint,
  { precision, name, license, contextCache }: Chosen,
): FullSequenceManifest {
  return {
    format: MANIFEST_FORMAT,
    name: name.toLowerCase().replace(/[^\w.-]+/g, '-'),
    displayName: name,
    version: '1',
    license,
    description: `Converted from a checkpoint of the ${family} family, ${precision}.`,
    architecture,
    tokens,
    limits: limitsOf(architecture.maxPositions, [tokens.start, tokens.end].filter((id) => id !== null).length),
    recommended: fullSequenceOptions.parse({
      steps: STEPS,
      entropyBound: ENTROPY_BOUND,
      absorb: false,
      encoderMix: 0,
      stopEvidence: 0,
      minConfidence: 0,
      contextCache,
      ...(sampler === undefined ? {} : { sampler }),
    }),
    weights: { precision, files: [] },
    tokenizer: { path: 'tokenizer.json', bytes: 1, sha256: '0'.repeat(64) },
  };
}

/** Three quarters of the context before the cursor. */
function limitsOf(maxPositions = MOST_POSITIONS, around: number): FullSequenceManifest['limits'] {
  const room = Math.min(maxPositions, MOST_POSITIONS) - around;
  const canvas = Math.min(CANVAS, Math.floor(room / 4));
  const suffix = Math.floor((room - canvas) / 4);
  return { prefix: room - canvas - suffix, suffix, canvas };
}

/** What does not load must not be installed, and is found out before anything large is written. */
function refuseUnusable(draft: FullSequenceManifest, configFile: string): void {
  const files = [{ path: 'network.safetensors', bytes: 1, sha256: '0'.repeat(64), part: 'network' }];
  parseManifest(JSON.stringify({ ...draft, weights: { ...draft.weights, files } }), configFile);
}

/** The licence that the model card's front matter names. */
async function statedLicense(folder: string): Promise<string | undefined> {
  const card = await readForeignText(path.join(folder, 'README.md')).catch((error: unknown) => {
    if (error instanceof InfillError && error.code === 'model-missing') return '';
    throw error;
  });
  const front = /^---\n(.*?)\n---/s.exec(card.replaceAll('\r\n', '\n'))?.[1];
  return front === undefined ? undefined : /^license:\s*["']?([\w.+-]+)/m.exec(front)?.[1];
}

function refuseQuestions({ questions }: DetectedCheckpoint): void {
  if (questions.length === 0) return;
  const text = questions.map((question) => question.text).join(' ');
  const options = questions.map(({ answer }) => answer).join(', ');
  throw unsupported(`its files do not say all of it: ${text}`, `Answer it: ${options}.`);
}

function refuseUnevenBlocks(manifest: FullSequenceManifest): void {
  if (manifest.weights.precision !== 'int4') return;
  const uneven = layerProjections(manifest).find(({ from }) => from % INT4_BLOCK !== 0);
  if (uneven === undefined) return;
  throw unsupported(
    `4-bit weights need rows of a multiple of ${INT4_BLOCK}, and ${uneven.name}'s have ${uneven.from}`,
    'Choose int8.',
  );
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new InfillError('cancelled', 'The conversion was cancelled.', '');
}
