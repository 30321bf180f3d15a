import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readForeignText } from '../../../engine/files/foreignFile.js';
import { readSafetensorsHeader, type SafetensorsHeader } from '../../../engine/network/folder/safetensors.js';
import { unsupported } from './unsupported.js';
import { chooseWeights, unusedNote } from './chosenWeights.js';
import { parseWeightsIndex, type WeightsIndex, WEIGHTS_INDEX } from './weightsIndex.js';

/** What the weight files of a checkpoint say of themselves. */
export interface WeightHeaders {
  /** The header of each weight file, by the file's path, in the order of their names. */
  readonly files: ReadonlyMap<string, SafetensorsHeader>;
  /** What a person must know: which files were left out, and where index and files disagree. */
  readonly notes: readonly string[];
}

/**
 * Reads the headers of the weight files of a folder; `chooseWeights` says which these are.
 * Throws InfillError as it does, and model-corrupt; model-unsupported also where the index is that of other files.
 */
export async function weightHeaders(folder: string): Promise<WeightHeaders> {
  const names = await namesIn(folder);
  const place = path.join(folder, WEIGHTS_INDEX);
  const index = names.includes(WEIGHTS_INDEX) ? parseWeightsIndex(await readForeignText(place), place) : undefined;
  const { files, unused } = chooseWeights(names, index?.fileOf.values(), folder);
  const read = files.map(async (name) => [
    path.join(folder, name),
    await readSafetensorsHeader(path.join(folder, name)),
  ]);
  const headers = new Map((await Promise.all(read)) as [string, SafetensorsHeader][]);
  return compared(headers, index, unused);
}

/** Those of its sub-folders as well where the folder itself has no weights: they are told apart by their slashes. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.map(({ name }) => name);
  if (names.some((name) => name.endsWith('.safetensors'))) return names;
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  // The hub's own cache has a folder of each version below this one.
  const versions = folders.includes(VERSIONS) ? await namesBelow(folder, [VERSIONS]) : [];
  const below = await namesBelow(folder, [...folders, ...versions]);
  return [...names, ...below];
}

const VERSIONS = 'snapshots';

async function namesBelow(folder: string, below: readonly string[]): Promise<readonly string[]> {
  const read = below.slice(0, MOST_FOLDERS).map(async (name) => {
    const names = await readdir(path.join(folder, name)).catch(() => []); // files have none
    return names.map((each) => `${name}/${each}`);
  });
  return (await Promise.all(read)).flat();
}

/** A folder of other things may have any number. */
const MOST_FOLDERS = 100;

/**
 * Compares headers with the index that names their files. `files` = headers by path or name, `unused` = files that are there and
 * not chosen. Throws InfillError model-unsupported where the index is that of other files.
 */
export function compared(
  files: ReadonlyMap<string, SafetensorsHeader>,
  index: WeightsIndex | undefined,
  unused: readonly string[],
): WeightHeaders {
  const notes = [unusedNote(unused, index !== undefined)];
  if (index !== undefined && files.size > 0) {
    checkPlaces(files, index);
    notes.push(sizeNote(files, index));
  }
  return { files, notes: notes.filter((note) => note !== undefined) };
}

/**
 * Tensors of which index and files often say different things: programs leave out the second of two that share their memory, and buffers
 * that can be computed. Whether the network lacks one is for the conversion to say.
 */
const OPTIONAL =
  /(^|\.)(lm_head|ff_out|embed_tokens|wte)\.weight$|(^|\.)(inv_freq|attn\.bias|masked_bias|position_ids)$/;

/** Each tensor must lie where the index says: it may be left over from another checkpoint whose files have the same names. */
function checkPlaces(files: ReadonlyMap<string, SafetensorsHeader>, { fileOf }: WeightsIndex): void {
  const byName = new Map([...files].map(([file, header]) => [path.basename(file), header]));
  for (const [tensor, file] of fileOf) {
    const header = byName.get(file);
    if (header?.tensors.has(tensor) === true || header?.metadata.has(tensor) === true) continue;
    if (header !== undefined && OPTIONAL.test(tensor) && !isElsewhere(tensor, byName)) continue;
    throw mismatch(`it names a tensor ${tensor} in ${file}, which does not have it`);
  }
  for (const [file, { tensors }] of byName) {
    const extra = [...tensors.keys()].find((tensor) => !fileOf.has(tensor) && !OPTIONAL.test(tensor));
    if (extra !== undefined) throw mismatch(`${file} has a tensor ${extra}, which it does not name`);
  }
}

function isElsewhere(tensor: string, files: ReadonlyMap<string, SafetensorsHeader>): boolean {
  return [...files.values()].some(({ tensors }) => tensors.has(tensor));
}

/** Tensors that share memory are counted once by some programs and twice by others: one more or less proves nothing. */
function sizeNote(files: ReadonlyMap<string, SafetensorsHeader>, { totalBytes }: WeightsIndex): string | undefined {
  const sizes = [...files.values()].flatMap(({ tensors }) => [...tensors.values()].map(({ bytes }) => bytes));
  const found = sizes.reduce((sum, bytes) => sum + bytes, 0);
  if (totalBytes === undefined || totalBytes === found || sizes.includes(Math.abs(totalBytes - found)))
    return undefined;
  return `${WEIGHTS_INDEX} states ${totalBytes} bytes of weights, the files have ${found}: it may be the index of another version of them.`;
}

function mismatch(problem: string): Error {
  return unsupported(
    `its ${WEIGHTS_INDEX} is not that of its weight files: ${problem}`,
    'Get index and weight files from one and the same version of the checkpoint.',
  );
}
