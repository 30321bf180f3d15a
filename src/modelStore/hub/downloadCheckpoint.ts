import { listFiles, type ListFileEntry, modelInfo } from '@huggingface/hub';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { readBoundedText } from '../../engine/files/boundedFile.js';
import { pathInside } from '../../engine/files/pathInside.js';
import { ABOUT } from '../files/aboutFile.js';
import { requireRoom } from '../files/requireRoom.js';
import { writeJsonFile } from '../files/writeJsonFile.js';
import { gigabytes } from '../gigabytes.js';
import { unusedNote } from '../convert/checkpoint/chosenWeights.js';
import { compared, type WeightHeaders } from '../convert/checkpoint/weightHeaders.js';
import { parseWeightsIndex, WEIGHTS_INDEX } from '../convert/checkpoint/weightsIndex.js';
import { descriptionFiles, type HubFile, weightFiles } from './chooseFiles.js';
import { downloadHubFile, sizeOf } from './downloadFile.js';
import { infoFetch, listFetch } from './hubAnswers.js';
import { hubError } from './hubError.js';
import { checkHubId, type HubId, hubNames } from './hubId.js';
import type { HubAccess } from './openHubBlob.js';
import { readHubHeaders } from './readHubHeaders.js';

export interface DownloadOptions {
  /** Holds a folder for each commit that is being downloaded. */
  readonly downloads: string;
  readonly access: HubAccess;
  readonly signal: AbortSignal;
  /** Bytes there so far, of all that will be; `file` is the one that is being received. */
  readonly onProgress: (done: number, total: number, file: string) => void;
  /** Looks at what is known before the weights are fetched; what it throws ends the download. */
  readonly onDescribed?: (description: CheckpointDescription) => Promise<void>;
}

/** What is known of a checkpoint on the hub before its weights are fetched. */
export interface CheckpointDescription {
  /** Holds config.json and tokenizer.json. */
  readonly folder: string;
  /** The repository that this one was made of, as its page declares it. */
  readonly base: string | undefined;
  /** Asks the hub for the headers of the weights; undefined where it sends no parts of files. */
  readonly readHeaders: () => Promise<WeightHeaders | undefined>;
}

export interface DownloadedCheckpoint {
  /** Holds config.json, tokenizer.json and the weights. */
  readonly folder: string;
  /** The commit. */
  readonly revision: string;
  /** As the model's page declares it, for example `apache-2.0`; undefined where it does not. */
  readonly license: string | undefined;
  /** What a person must know: which weights of the repository were left there. */
  readonly notes: readonly string[];
}

/**
 * Downloads what a conversion needs of a model on the hub, and nothing else. What an earlier try has received is used again.
 * Nothing of Infill calls this unless a person asks to add a model by its id.
 * Throws InfillError: download-failed, model-unsupported (not a checkpoint of the right form), invalid-request (no room on the
 * disk), or the signal's reason.
 */
export async function downloadCheckpoint(id: HubId, options: DownloadOptions): Promise<DownloadedCheckpoint> {
  const { access, signal } = options;
  const { repository } = id;
  const parent = await downloadFolder(options.downloads, repository);
  checkHubId(id);
  const { revision, license, base, listed } = await look(id, access, signal);
  await mkdir(parent, { recursive: true });
  await writeJsonFile(path.join(parent, ABOUT), { revision: id.revision }); // the same can be asked for again
  const folder = await pathInside(parent, revision, hubNames(repository), 'folder');
  await adoptOther(parent, folder);
  await mkdir(folder, { recursive: true });
  await dropOthers(folder, listed);

  const get = (file: HubFile, onBytes: (bytes: number) => void): Promise<void> =>
    downloadHubFile({ repository, revision, file, folder, signal, onBytes }, access);
  const descriptions = descriptionFiles(listed, repository);
  for (const file of descriptions) {
    options.onProgress(0, 0, file.path);
    await get(file, () => undefined);
  }
  const hasIndex = listed.some(({ path: name }) => name === WEIGHTS_INDEX);
  const index = hasIndex
    ? parseWeightsIndex(
        await readBoundedText(folder, WEIGHTS_INDEX, hubNames(repository)),
        `${repository}/${WEIGHTS_INDEX}`,
      )
    : undefined;
  const { files: weights, unused } = weightFiles(listed, index, repository);
  for (const { path: name } of weights) await pathInside(folder, name, hubNames(repository));
  await options.onDescribed?.({
    folder,
    base,
    readHeaders: async () => {
      options.onProgress(0, 0, weights[0]?.path ?? '');
      const headers = await readHubHeaders({ repository, revision, files: weights, signal }, access);
      return headers === undefined ? undefined : compared(headers, index, unused);
    },
  });
  const total = weights.reduce((sum, { bytes }) => sum + bytes, 0);
  await dropOthers(folder, [...descriptions, ...weights]);
  const missing = await missingBytes(folder, weights);
  const needs = `${repository} has ${gigabytes(missing)} of weights that are not here yet`;
  await requireRoom(folder, missing, { needs, unit: gigabytes });
  let before = 0;
  for (const file of weights) {
    await get(file, (bytes) => options.onProgress(before + bytes, total, file.path));
    before += file.bytes;
  }
  const note = unusedNote(unused, hasIndex);
  return { folder, revision, license, notes: note === undefined ? [] : [note] };
}

/** The folder below `downloads` that holds what was received of a repository. Throws InfillError download-failed. */
export async function downloadFolder(downloads: string, repository: string): Promise<string> {
  return pathInside(downloads, repository.replace('/', '--'), hubNames(repository), 'folder');
}

async function look(
  { repository, revision }: HubId,
  { hubUrl, token, fetch: own }: HubAccess,
  signal: AbortSignal,
): Promise<{
  revision: string;
  license: string | undefined;
  base: string | undefined;
  listed: readonly ListFileEntry[];
}> {
  const withSignal: typeof fetch = (input, init) => own(input, { ...init, signal });
  const common = { hubUrl, ...(token === '' ? {} : { accessToken: token }) };
  try {
    const { sha, tags } = await modelInfo({
      name: repository,
      revision,
      additionalFields: ['sha', 'tags'],
      fetch: infoFetch(withSignal, repository),
      ...common,
    });
    const listed: ListFileEntry[] = [];
    const list = { repo: { type: 'model', name: repository }, revision: sha, ...common } as const;
    for await (const entry of listFiles({ ...list, fetch: listFetch(withSignal, repository) })) {
      if (entry.type === 'file') {
        listed.push(entry);
      }
    }
    return { revision: sha, license: licenseOf(tags), base: baseOf(tags), listed };
  } catch (error) {
    signal.throwIfAborted();
    throw hubError(error, repository);
  }
}

/** Names of licences are short words; anything else in that place is none. */
function licenseOf(tags: readonly string[]): string | undefined {
  const stated = tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
  return stated !== undefined && /^[\w.+-]{1,100}$/.test(stated) ? stated : undefined;
}

/** The hub's tags for the model that another was made of are base_model:OWNER/NAME and base_model:RELATION:OWNER/NAME. */
function baseOf(tags: readonly string[]): string | undefined {
  return tags
    .map((tag) => /^base_model:(?:\w+:)?([\w.-]+\/[\w.-]{1,100})$/.exec(tag)?.[1])
    .find((base) => base !== undefined);
}

/**
 * What was received of another commit is used for this one, because most commits change a few small files: whatever is there is compared
 * with the hub's checksums.
 */
async function adoptOther(parent: string, folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined)) !== undefined) return;
  const others = (await readdir(parent)).filter((name) => COMMIT.test(name)).map((name) => path.join(parent, name));
  const changed = await Promise.all(others.map(async (each) => [each, (await stat(each)).mtimeMs] as const));
  const [latest] = changed.sort(([, a], [, b]) => b - a);
  if (latest !== undefined) await rename(latest[0], folder);
}

const COMMIT = /^[0-9a-f]{40}$/;

/** Deletes what is no part of this commit's checkpoint: it would be taken for one. */
async function dropOthers(folder: string, files: readonly Pick<HubFile, 'path'>[]): Promise<void> {
  const wanted = new Set(files.flatMap(({ path: name }) => [name, `${name}.part`]));
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

/** Bytes of files that are not there yet. */
async function missingBytes(folder: string, files: readonly HubFile[]): Promise<number> {
  let missing = 0;
  for (const { path: name, bytes } of files) {
    const [all, part] = [path.join(folder, name), path.join(folder, `${name}.part`)];
    missing += Math.max(0, bytes - ((await sizeOf(all)) ?? (await sizeOf(part)) ?? 0));
  }
  return missing;
}
