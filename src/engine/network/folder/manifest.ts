import path from 'node:path';
import * as z from 'zod';
import { InfillError } from '../../../shared/infillError.js';
import { CONTEXT_CACHES } from '../../../shared/modelImport.js';
import { damaged, parseForeignJson, readForeignText } from '../../files/foreignFile.js';
import { recommendedOptions } from '../../contract/recommended.js';
import { countUpTo, tokenId, UPPER_ENDS } from '../../files/upperEnds.js';

/** The version of the model folder's format that this code reads. */
export const MANIFEST_FORMAT = 1;

const layers = countUpTo(UPPER_ENDS.layers);
const heads = countUpTo(UPPER_ENDS.heads);
const headSize = countUpTo(UPPER_ENDS.headSize).multipleOf(2);
const width = countUpTo(UPPER_ENDS.width);
const feedForwardSize = countUpTo(UPPER_ENDS.feedForward);
const vocabularySize = countUpTo(UPPER_ENDS.vocabulary);
const canvas = countUpTo(UPPER_ENDS.canvas);
const ropeTheta = z.number().min(1).max(UPPER_ENDS.ropeTheta);
const normEpsilon = z.number().positive().max(UPPER_ENDS.normEpsilon);

/** A plain file name: a manifest may not point out of its folder. */
const fileName = z.string().regex(/^[\w][\w.-]*$/, 'must be a plain file name');
const hashedFile = z.object({
  path: fileName,
  bytes: countUpTo(Number.MAX_SAFE_INTEGER), // compared with the file's length before anything else
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
});

function weightFiles<T extends z.ZodType>(part: T): z.ZodArray<z.ZodObject<typeof hashedFile.shape & { part: T }>> {
  return z.array(hashedFile.extend({ part })).min(1).max(UPPER_ENDS.weightFiles);
}

const sharedHeads = (a: { attentionHeads: number; keyValueHeads: number }): boolean =>
  a.attentionHeads % a.keyValueHeads === 0;
const sharedHeadsIssue = { path: ['attentionHeads'], message: 'must be a multiple of keyValueHeads' };

const encoderDenoiserArchitecture = z
  .object({
    kind: z.literal('encoder-denoiser'),
    hiddenSize: width,
    encoderLayers: layers,
    /** The encoder layer whose keys and values each denoiser layer reads. */
    denoiserLayers: z.array(z.int().nonnegative()).min(1).max(UPPER_ENDS.layers),
    attentionHeads: heads,
    keyValueHeads: heads,
    headSize,
    feedForwardSize,
    vocabularySize,
    ropeTheta,
    normEpsilon,
  })
  .refine((a) => a.denoiserLayers.every((layer) => layer < a.encoderLayers), {
    path: ['denoiserLayers'],
    message: 'names a layer that the encoder does not have',
  })
  .refine(sharedHeads, sharedHeadsIssue);

/** One network whose rows read (trunk and suffix), write (causal rows of the middle) and denoise (rows of a canvas). */
const oneNetworkArchitecture = z
  .object({
    kind: z.literal('one-network'),
    hiddenSize: width,
    layers,
    attentionHeads: heads,
    keyValueHeads: heads,
    headSize,
    feedForwardSize,
    vocabularySize,
    ropeTheta,
    normEpsilon,
    /** Where the trunk begins; the suffix stands before it, from 0 on. */
    trunkPosition: countUpTo(UPPER_ENDS.context),
    /** Rank of the low-rank products that rows of the middle add to every projection; absent = there are none. */
    adapterRank: width.exactOptional(),
  })
  .refine(sharedHeads, sharedHeadsIssue);

/** One bidirectional network over context and canvas together, as public checkpoints are; computed anew in every step. */
const fullSequenceArchitecture = z
  .object({
    kind: z.literal('full-sequence'),
    /**
     * `transformer`: Llama's layers (RMS norm, rotary positions, gated feed-forward), also Qwen2's and Qwen3's; `gpt2`: layer
     * norms, learned positions; `dit`: layer norms modulated by a condition, rotary positions (SEDD, MDLM).
     */
    network: z.enum(['transformer', 'gpt2', 'dit']),
    hiddenSize: width,
    layers,
    attentionHeads: heads,
    keyValueHeads: heads,
    headSize,
    feedForwardSize,
    /** Rows of the output layer: every id that the network predicts, the mask's among them. */
    vocabularySize,
    normEpsilon,
    /** Absent for learned positions. */
    ropeTheta: ropeTheta.exactOptional(),
    /** Length of the longest sequence it was trained on. */
    maxPositions: countUpTo(UPPER_ENDS.positions).exactOptional(),
    /** Whether queries, keys and values have biases (Qwen2). */
    attentionBias: z.boolean(),
    /** Whether queries and keys are normed head by head (Qwen3). */
    queryKeyNorm: z.boolean(),
    /** Whether the output layer is the embedding. */
    tiedEmbeddings: z.boolean(),
    /** Whether row i - 1 predicts token i, as in networks that were causal once; otherwise row i does. */
    shift: z.boolean(),
    /** What the network is told of the noise level. */
    timeInput: z.enum(['none', 'sigma']),
    /** Size of the condition that modulates the norms, for `timeInput` sigma. */
    conditionSize: width.exactOptional(),
    /** `clean`: logits of the clean token; `score`: logarithms of the concrete score (SEDD). */
    parameterization: z.enum(['clean', 'score']),
    /** What noise does to a token: masks it, or replaces it by any other. */
    graph: z.enum(['absorbing', 'uniform']),
    /** Whether log(e^sigma - 1) + log(tokens) is subtracted from the output (SEDD). */
    scaleBySigma: z.boolean(),
  })
  .refine(sharedHeads, sharedHeadsIssue)
  .refine((a) => (a.network === 'gpt2' ? a.maxPositions : a.ropeTheta) !== undefined, {
    path: ['network'],
    message: 'needs maxPositions where positions are learned (gpt2), ropeTheta where they are rotary',
  })
  .refine((a) => a.timeInput === 'none' || (a.network === 'dit' && a.conditionSize !== undefined), {
    path: ['timeInput'],
    message: 'needs network "dit" and conditionSize',
  });

const common = {
  format: z.literal(MANIFEST_FORMAT),
  name: z.string().min(1),
  displayName: z.string().min(1),
  version: z.string().min(1),
  license: z.string().min(1),
  description: z.string(),
  limits: z.object({ prefix: countUpTo(UPPER_ENDS.context), suffix: countUpTo(UPPER_ENDS.context), canvas }),
  recommended: recommendedOptions,
  tokenizer: hashedFile,
};

const outsideVocabulary = { path: ['tokens'], message: 'names an id outside of the vocabulary' };

function tokensInVocabulary(m: {
  tokens: Readonly<Record<string, number | null | undefined>>;
  architecture: { vocabularySize: number };
}): boolean {
  return Object.values(m.tokens).every((id) => (id ?? 0) < m.architecture.vocabularySize);
}

const noRoom = {
  path: ['recommended', 'preamble'],
  message: 'leaves no room for the prefix: it must be less than limits.prefix - 1',
};

function preambleFits({ limits, recommended: { preamble: own, bySteps: entries } }: PreambleShape): boolean {
  return [own, ...entries.map((entry) => entry.preamble ?? 0)].every((most) => most === 0 || most < limits.prefix - 1);
}

interface PreambleShape {
  readonly limits: { readonly prefix: number };
  readonly recommended: { readonly preamble: number; readonly bySteps: readonly { readonly preamble?: number }[] };
}

function fitsPositions({ architecture, limits, tokens }: FullSequenceShape): boolean {
  return sequenceLength({ limits, tokens }) <= (architecture.maxPositions ?? Infinity);
}

const encoderDenoiserManifest = z
  .object({
    ...common,
    architecture: encoderDenoiserArchitecture,
    tokens: z.object({ start: tokenId, mask: tokenId, endOfMiddle: tokenId }),
    weights: z.object({
      precision: z.enum(['int8', 'fp32']),
      files: weightFiles(z.enum(['encoder', 'denoiser'])),
    }),
  })
  .refine(tokensInVocabulary, outsideVocabulary)
  .refine(preambleFits, noRoom)
  .refine((m) => new Set(Object.values(m.tokens)).size === 3, {
    path: ['tokens'],
    message: 'start, mask and endOfMiddle must be three different ids',
  });

const oneNetworkManifest = z
  .object({
    ...common,
    architecture: oneNetworkArchitecture,
    /** `suffix` opens what stands after the hole, as `start` opens what stands before it. */
    tokens: z.object({ start: tokenId, mask: tokenId, endOfMiddle: tokenId, suffix: tokenId }),
    weights: z.object({
      precision: z.enum(['int8', 'fp32']),
      files: weightFiles(z.enum(['network', 'adapters'])),
    }),
  })
  .refine(tokensInVocabulary, outsideVocabulary)
  .refine(preambleFits, noRoom)
  .refine((m) => new Set(Object.values(m.tokens)).size === 4, {
    path: ['tokens'],
    message: 'start, mask, endOfMiddle and suffix must be four different ids',
  })
  .refine((m) => m.limits.suffix + 1 <= m.architecture.trunkPosition, {
    path: ['limits', 'suffix'],
    message: 'is more than fits before the trunk: with the suffix token it must not exceed architecture.trunkPosition',
  })
  .refine(
    (m) => m.weights.files.some(({ part }) => part === 'adapters') === (m.architecture.adapterRank !== undefined),
    {
      path: ['weights', 'files'],
      message: 'must hold a file of part "adapters" where architecture.adapterRank is given, and only there',
    },
  );

/** With what only networks over the whole sequence may choose. */
export const fullSequenceOptions = recommendedOptions.extend({
  /** What of the context's keys and values is kept between steps; see keptContext.ts. */
  contextCache: z.enum(CONTEXT_CACHES).default('exact'),
  /** Every so many steps they are computed anew: a quarter of the steps that converted checkpoints take. */
  contextRefresh: countUpTo(UPPER_ENDS.steps).default(8),
});

const fullSequenceManifest = z
  .object({
    ...common,
    recommended: fullSequenceOptions,
    architecture: fullSequenceArchitecture,
    tokens: z.object({
      /** Opens the sequence, before the prefix; null = nothing does. */
      start: tokenId.nullable(),
      /** Null where noise is other tokens. */
      mask: tokenId.nullable(),
      /** Fills the canvas after the middle; null = the network knows no such token. */
      endOfMiddle: tokenId.nullable(),
      /** Closes the sequence, after the suffix; null = nothing does. */
      end: tokenId.nullable().default(null),
      /** Stands for two masks, and for none (DreamOn). */
      expand: tokenId.exactOptional(),
      delete: tokenId.exactOptional(),
    }),
    weights: z.object({
      precision: z.enum(['fp32', 'int8', 'int4']),
      files: weightFiles(z.literal('network')),
    }),
  })
  .refine(tokensInVocabulary, outsideVocabulary)
  .refine(preambleFits, noRoom)
  .refine(({ tokens: { mask, ...others } }) => mask === null || !Object.values(others).includes(mask), {
    path: ['tokens'],
    message: 'the mask has the id of another token',
  })
  .refine((m) => (m.tokens.mask === null) === (m.architecture.graph === 'uniform'), {
    path: ['tokens', 'mask'],
    message: 'must be an id where noise masks tokens, null where it replaces them',
  })
  .refine(fitsPositions, {
    path: ['limits'],
    message: 'prefix, canvas, suffix and the tokens around them are more than maxPositions',
  });

/** Everything a model folder says about itself; the fields are described in the model card of the bundled model. */
export type EncoderDenoiserManifest = z.infer<typeof encoderDenoiserManifest>;

export type FullSequenceManifest = z.infer<typeof fullSequenceManifest>;
export type OneNetworkManifest = z.infer<typeof oneNetworkManifest>;
/** Tell them apart with `byKind`: TypeScript narrows no union by a field of a field. */
export type Manifest = EncoderDenoiserManifest | FullSequenceManifest | OneNetworkManifest;

export type EncoderDenoiserArchitecture = EncoderDenoiserManifest['architecture'];
export type FullSequenceArchitecture = FullSequenceManifest['architecture'];
export type OneNetworkArchitecture = OneNetworkManifest['architecture'];

export type Precision = FullSequenceManifest['weights']['precision'];
export type HashedFile = z.infer<typeof hashedFile>;

/** What there is for a model of each kind. */
export interface ByKind<T> {
  readonly encoderDenoiser: (manifest: EncoderDenoiserManifest) => T;
  readonly fullSequence: (manifest: FullSequenceManifest) => T;
  readonly oneNetwork: (manifest: OneNetworkManifest) => T;
}

/** The one place where kinds of models part: what `cases` has for the manifest's kind. */
export function byKind<T>(manifest: Manifest, cases: ByKind<T>): T {
  switch (manifest.architecture.kind) {
    case 'encoder-denoiser':
      return cases.encoderDenoiser(manifest as EncoderDenoiserManifest);
    case 'full-sequence':
      return cases.fullSequence(manifest as FullSequenceManifest);
    case 'one-network':
      return cases.oneNetwork(manifest as OneNetworkManifest);
  }
}

/**
 * Reads and checks `folder`/manifest.json.
 * Throws InfillError: model-missing (no such file), model-corrupt (not JSON, or a field is wrong), model-unsupported (another
 * format or kind of model).
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, 'manifest.json');
  const text = await readForeignText(file).catch((error: unknown) => {
    if (!(error instanceof InfillError) || error.code !== 'model-missing') throw error;
    throw new InfillError(
      'model-missing',
      `There is no model in ${folder}: manifest.json cannot be read.`,
      'Choose a folder that holds a manifest.json, or leave the model setting empty to use the bundled model.',
      { cause: error },
    );
  });
  return parseManifest(text, file);
}

/** `text` = the content of a manifest, `file` = where it is from, for messages. Errors as for `readManifest`. */
export function parseManifest(text: string, file: string): Manifest {
  const value = parseForeignJson(text, file);
  refuseOtherKinds(value, file);
  // One that names no kind is told what the bundled model's kind needs.
  const schema = SCHEMAS.get(kindOf(value) ?? '') ?? encoderDenoiserManifest;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw damaged(file, problems.slice(0, 3).join('; '), parsed.error);
}

const SCHEMAS: ReadonlyMap<string, z.ZodType<Manifest>> = new Map<
  Manifest['architecture']['kind'],
  z.ZodType<Manifest>
>([
  ['encoder-denoiser', encoderDenoiserManifest],
  ['full-sequence', fullSequenceManifest],
  ['one-network', oneNetworkManifest],
]);
const formatOnly = z.object({ format: z.number() });
const kindOnly = z.object({ architecture: z.object({ kind: z.string() }) });

/** A manifest of another format or architecture is not wrong, only unknown: that deserves its own message. */
function refuseOtherKinds(value: unknown, file: string): void {
  const format = formatOnly.safeParse(value).data?.format;
  if (format !== undefined && format !== MANIFEST_FORMAT) {
    throw new InfillError(
      'model-unsupported',
      `${file} has format ${format}; this version of Infill reads format ${MANIFEST_FORMAT}.`,
      'Update Infill, or use a model made for this version.',
    );
  }
  const kind = kindOf(value);
  if (kind !== undefined && !SCHEMAS.has(kind)) {
    const known = Array.from(SCHEMAS.keys(), (each) => `"${each}"`);
    throw new InfillError(
      'model-unsupported',
      `${file} describes a model of kind "${kind}"; this version of Infill runs ${known.slice(0, -1).join(', ')} and ${known.at(-1)}.`,
      'Update Infill, or use a model of such a kind.',
    );
  }
}

function kindOf(value: unknown): string | undefined {
  return kindOnly.safeParse(value).data?.architecture.kind;
}

interface FullSequenceShape {
  readonly architecture: { readonly maxPositions?: number };
  readonly limits: { readonly prefix: number; readonly suffix: number; readonly canvas: number };
  readonly tokens: { readonly start: number | null; readonly end: number | null };
}

/** Rows of the longest sequence of a full-sequence model: the limits, and the tokens that open and close it. */
export function sequenceLength({ limits, tokens }: Pick<FullSequenceShape, 'limits' | 'tokens'>): number {
  const around = [tokens.start, tokens.end].filter((id) => id !== null).length;
  return limits.prefix + limits.canvas + limits.suffix + around;
}
