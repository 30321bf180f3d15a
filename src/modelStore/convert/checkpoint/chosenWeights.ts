import { InfillError } from '../../../shared/infillError.js';
import { visibleLine } from '../../../shared/visibleText.js';
import { unsupported } from './unsupported.js';
import { WEIGHTS_FILE, WEIGHTS_INDEX } from './weightsIndex.js';

/** Which files hold a checkpoint's weights. */
export interface ChosenWeights {
  /** Names of files, each once, in order; at least one. */
  readonly files: readonly string[];
  /** Weight files that are there and are not the checkpoint's. */
  readonly unused: readonly string[];
}

const SINGLE = 'model.safetensors';
const SHARD = /^(?<set>.+)-(?<number>\d+)-of-(?<count>\d+)\.safetensors$/;
/** What lies beside weights and is none of this network's, by the names that the programs which write it give it. */
const STRAYS: readonly (readonly [name: RegExp, what: string])[] = [
  [/^(?:adapter[\w.-]*|pytorch_lora_weights|lora)\.safetensors$/, 'an adapter (LoRA) for another model'],
  [/^(?:value_head|v_head)\.safetensors$/, 'a head for training by rewards'],
  [/^consolidated[\w.-]*\.safetensors$/, "weights in the layout of a model's original code"],
  [/^(?:optimi[sz]er|scheduler|optim|ema|rng_state|random_states)[\w.-]*\.safetensors$/, 'the state of a training run'],
];

/**
 * Decides which of the files of a folder or repository are the weights. The index decides where there is one; otherwise the one
 * complete set: model.safetensors, or all shards of a number. Nothing is ever made of two sets.
 *
 * @param names of all files.
 * @param indexed the weight files that the index names; undefined = there is no index.
 * @param where the folder or repository, for messages.
 * Throws InfillError model-missing where the weights or a file of them are not there, model-unsupported where several sets are or where
 * there are only files of other things.
 */
export function chooseWeights(
  names: readonly string[],
  indexed: Iterable<string> | undefined,
  where: string,
): ChosenWeights {
  const weights = names.filter((name) => WEIGHTS_FILE.test(name)).sort();
  const misnamed = names.filter((name) => !WEIGHTS_FILE.test(name) && LIKE_WEIGHTS.test(name)).sort();
  const files = indexed === undefined ? withoutIndex(weights, where) : withIndex(weights, indexed, where);
  if (files.length === 0) throw weightsInstead(names, where) ?? noWeights(where);
  const chosen = new Set(files);
  return { files, unused: [...weights, ...misnamed].filter((name) => !chosen.has(name)) };
}

function withIndex(weights: readonly string[], indexed: Iterable<string>, where: string): readonly string[] {
  const files = [...new Set(indexed)].sort();
  const missing = files.filter((name) => !weights.includes(name));
  if (missing.length > 0) {
    const hasOthers = weights.some((name) => !files.includes(name) && strayKind(name) === undefined);
    const orElse = hasOthers ? ', or remove the index if the other weights are the ones that you want' : '';
    throw missingFiles(missing, where, `which ${WEIGHTS_INDEX} names`, orElse);
  }
  return files;
}

function withoutIndex(weights: readonly string[], where: string): readonly string[] {
  const candidates = weights.filter((name) => strayKind(name) === undefined);
  if (candidates.length === 0) {
    const [stray = ''] = weights;
    const kind = strayKind(stray);
    if (kind === undefined) return [];
    throw unsupported(
      `its only weights, ${stray}, are ${kind}`,
      'Get the whole model as save_pretrained writes it; an adapter must be merged into its model first.',
    );
  }
  const sets = setsOf(candidates);
  const whole = sets.filter(({ missing }) => missing.length === 0);
  // A file of another name beside shards of which some are missing is hardly what they would be together.
  const isHalf =
    whole.length < sets.length && !whole.some(({ files: [name], isSharded }) => name === SINGLE || isSharded);
  const complete = isHalf ? [] : whole;
  // What every program calls the weights that are in one file.
  const [only, ...others] = complete.some(({ files: [name] }) => name === SINGLE)
    ? complete.filter(({ files: [name], isSharded }) => name === SINGLE || isSharded)
    : complete;
  if (only !== undefined && others.length === 0) return only.files;
  if (only === undefined) {
    const first = sets.find(({ missing }) => missing.length > 0);
    throw missingFiles(first?.missing ?? [], where, 'without which the weights are not whole');
  }
  const listed = [only, ...others].map(({ files }) => rangeText(files)).join('; ');
  throw unsupported(
    `${where} holds the weights of several checkpoints (${listed}), and no ${WEIGHTS_INDEX} says which are meant`,
    'Keep the files of one of them in the folder, or get its index as well.',
  );
}

interface WeightSet {
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly isSharded: boolean;
}

/** Shards of the same name and number belong together; any other file is a set of its own. */
function setsOf(names: readonly string[]): readonly WeightSet[] {
  const sets = new Map<string, string[]>();
  for (const name of names) {
    const { set, count } = SHARD.exec(name)?.groups ?? {};
    const key = set === undefined ? name : `${set}-of-${count ?? ''}`;
    sets.set(key, [...(sets.get(key) ?? []), name]);
  }
  return [...sets.values()].map((files) => {
    const isSharded = SHARD.test(files[0] ?? '');
    return { files, isSharded, missing: isSharded ? missingShards(files) : [] };
  });
}

/** Shards, as they are numbered, that a set lacks; at most as many as anybody would read. */
function missingShards(files: readonly string[]): readonly string[] {
  const { set = '', number = '', count = '' } = SHARD.exec(files[0] ?? '')?.groups ?? {};
  const nameOf = (shard: number): string =>
    `${set}-${String(shard).padStart(number.length, '0')}-of-${count}.safetensors`;
  const there = new Set(files);
  const first = there.has(nameOf(0)) ? 0 : 1; // some programs count from 0
  const missing: string[] = [];
  for (let shard = first; shard < first + Number(count) && missing.length < MOST_NAMED; shard++) {
    if (!there.has(nameOf(shard))) missing.push(nameOf(shard));
  }
  return missing;
}

const MOST_NAMED = 5;

/** Weights with names that no program looks for: a browser's second copy, for example, "model (1).safetensors". */
const LIKE_WEIGHTS = /^[^./][^/]*\.safetensors$/i;
const BELOW = /^[^./][^/]*(?:\/[^/]+){1,2}\.safetensors$/;
const GGUF = /\.gguf$/i;
const PICKLED = /\.(?:bin|pt|pth|ckpt)$/;

/**
 * Says what is there instead of weights; undefined where nothing like them is. `names` = those of files, in sub-folders with their
 * folder and a slash.
 */
export function weightsInstead(names: readonly string[], where: string): InfillError | undefined {
  const none = `there are no *.safetensors in ${where}`;
  const misnamed = names.find((name) => LIKE_WEIGHTS.test(name) && !WEIGHTS_FILE.test(name));
  if (misnamed !== undefined) {
    const remedy = `Call it ${SINGLE}, or as ${WEIGHTS_INDEX} names it.`;
    return unsupported(`${none} under a name that weights have, only ${visibleLine(misnamed)}`, remedy);
  }
  const below = names.find((name) => BELOW.test(name));
  if (below !== undefined) {
    const remedy = 'Add a folder that holds these weights with their config.json and tokenizer.json.';
    return unsupported(`${none} itself, only in a folder of it (${visibleLine(below)})`, remedy);
  }
  if (names.some((name) => GGUF.test(name))) {
    return unsupported(`${none}, only GGUF`, 'Get the model as safetensors, in bfloat16, float16 or float32.');
  }
  if (names.some((name) => PICKLED.test(name))) {
    return unsupported(`${none}, only pickled Python objects`, 'Save them with save_pretrained as safetensors first.');
  }
  return undefined;
}

function noWeights(where: string): InfillError {
  const remedy = 'Choose a folder that holds config.json, tokenizer.json and *.safetensors, as a model hub has them.';
  return new InfillError('model-missing', `There are no *.safetensors in ${where}.`, remedy);
}

function strayKind(name: string): string | undefined {
  return STRAYS.find(([pattern]) => pattern.test(name))?.[1];
}

function rangeText(files: readonly string[]): string {
  const [first = '', last = ''] = [files[0], files.at(-1)];
  return first === last ? first : `${first} to ${last}`;
}

function missingFiles(missing: readonly string[], where: string, why: string, orElse = ''): InfillError {
  const some = missing.slice(0, MOST_NAMED).join(', ');
  const get = missing.length === 1 ? 'Get this file as well' : 'Get these files as well';
  return new InfillError('model-missing', `There is no ${some} in ${where}, ${why}.`, `${get}${orElse}.`);
}

/** A sentence about weight files that were left out; undefined where none were. */
export function unusedNote(unused: readonly string[], hasIndex: boolean): string | undefined {
  if (unused.length === 0) return undefined;
  const some = unused.slice(0, MOST_NAMED).map((name) => {
    const kind = strayKind(name);
    return kind === undefined ? visibleLine(name) : `${name} (${kind})`;
  });
  const more = unused.length > some.length ? ` and ${unused.length - some.length} more` : '';
  const why = hasIndex ? `: ${WEIGHTS_INDEX} does not name ${unused.length === 1 ? 'it' : 'them'}` : '';
  return `Not used: ${some.join(', ')}${more}${why}.`;
}
