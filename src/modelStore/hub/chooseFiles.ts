import type { ListFileEntry } from '@huggingface/hub';
import { largestBytes } from '../../engine/files/boundedFile.js';
import { InfillError } from '../../shared/infillError.js';
import { chooseWeights, type ChosenWeights, weightsInstead } from '../convert/checkpoint/chosenWeights.js';
import { type WeightsIndex, WEIGHTS_FILE, WEIGHTS_INDEX } from '../convert/checkpoint/weightsIndex.js';

/** A file to download, and what its content must be. */
export interface HubFile {
  /** A plain file name: only files at the top of a repository are taken. */
  readonly path: string;
  readonly bytes: number;
  readonly hash: FileHash;
}

/** Large files have the SHA-256 of their content; small ones only git's id: SHA-1 of a header and the content. */
export type FileHash = { readonly kind: 'sha256' | 'git-sha1'; readonly hex: string };

const HEX: Readonly<Record<FileHash['kind'], RegExp>> = { sha256: /^[0-9a-f]{64}$/, 'git-sha1': /^[0-9a-f]{40}$/ };

const REQUIRED = /^(?:config|tokenizer)\.json$/;
const OPTIONAL = /^(?:generation_config|tokenizer_config|special_tokens_map|added_tokens)\.json$/;
/** What a tokenizer can be put together from where there is no tokenizer.json. */
const VOCABULARY = ['vocab.json', 'merges.txt', 'tokenizer_config.json'];

/** The files that describe a checkpoint: small, and enough to know which weights belong to it. */
export function descriptionFiles(listed: readonly ListFileEntry[], repository: string): readonly HubFile[] {
  const names = new Set(listed.map(({ path }) => path));
  if (!names.has('config.json')) {
    throw names.has('adapter_config.json')
      ? unusable(
          repository,
          'is only an adapter (LoRA) for another model',
          'Choose the model that it was merged into, or merge it into its model and add the folder.',
        )
      : unusable(repository, 'has no config.json');
  }
  const isComposed = !names.has('tokenizer.json');
  if (isComposed && !VOCABULARY.every((name) => names.has(name))) {
    throw unusable(
      repository,
      'has no tokenizer.json',
      "Download it to a folder, put the tokenizer.json that it was trained with beside it (for SEDD, MDLM and DiffuGPT this is GPT-2's), and add the folder.",
    );
  }
  if (!listed.some(({ path }) => WEIGHTS_FILE.test(path))) {
    throw weightsInstead([...names], repository) ?? unusable(repository, 'has no weights in the safetensors format');
  }
  return listed
    .filter(
      ({ path }) =>
        REQUIRED.test(path) ||
        OPTIONAL.test(path) ||
        path === WEIGHTS_INDEX ||
        (isComposed && VOCABULARY.includes(path)),
    )
    .map((entry) => hubFile(entry, repository));
}

/** The weight files, as `chooseWeights` chooses them. Throws InfillError as it does. */
export function weightFiles(
  listed: readonly ListFileEntry[],
  index: WeightsIndex | undefined,
  repository: string,
): { readonly files: readonly HubFile[] } & Pick<ChosenWeights, 'unused'> {
  const byName = new Map(listed.map((entry) => [entry.path, entry]));
  const { files, unused } = chooseWeights([...byName.keys()], index?.fileOf.values(), repository);
  const entries = files.map((name) => byName.get(name)).filter((entry) => entry !== undefined);
  return { files: entries.map((entry) => hubFile(entry, repository)), unused };
}

function hubFile({ path, size, oid = '', lfs }: ListFileEntry, repository: string): HubFile {
  const hash: FileHash = lfs === undefined ? { kind: 'git-sha1', hex: oid } : { kind: 'sha256', hex: lfs.oid };
  if (!HEX[hash.kind].test(hash.hex)) {
    throw unusable(repository, `does not tell a checksum of ${path}`);
  }
  const bytes = lfs?.size ?? size;
  const largest = largestBytes(path) ?? Infinity;
  if (bytes > largest) {
    throw unusable(repository, `has a ${path} of ${bytes} bytes; such a file has at most ${largest}`);
  }
  return { path, bytes, hash };
}

function unusable(
  repository: string,
  why: string,
  remedy = 'Infill converts repositories with config.json, a tokenizer and safetensors.',
): InfillError {
  return new InfillError('model-unsupported', `${repository} ${why}.`, remedy);
}
