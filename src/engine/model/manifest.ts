import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { InfillError } from '../../shared/infillError.js';

/** The version of the model folder's format that this code reads. */
export const MANIFEST_FORMAT = 1;

const count = z.int().positive();
const tokenId = z.int().nonnegative();
const share = z.number().min(0).max(1);
/** A plain file name: a manifest may not point out of its folder. */
const fileName = z.string().regex(/^[\w][\w.-]*$/, 'must be a plain file name');
const hashedFile = z.object({
  path: fileName,
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
});

const architectureSchema = z
  .object({
    kind: z.literal('encoder-denoiser'),
    hiddenSize: count,
    encoderLayers: count,
    /** The encoder layer whose keys and values each denoiser layer reads. */
    denoiserLayers: z.array(z.int().nonnegative()).min(1),
    attentionHeads: count,
    keyValueHeads: count,
    headSize: count.multipleOf(2),
    feedForwardSize: count,
    vocabularySize: count,
    ropeTheta: z.number().positive(),
    normEpsilon: z.number().positive(),
  })
  .refine((a) => a.denoiserLayers.every((layer) => layer < a.encoderLayers), {
    path: ['denoiserLayers'],
    message: 'names a layer that the encoder does not have',
  })
  .refine((a) => a.attentionHeads % a.keyValueHeads === 0, {
    path: ['attentionHeads'],
    message: 'must be a multiple of keyValueHeads',
  });

/** Options that belong to the weights; modelContract.ts says what each means. */
const recommended = {
  entropyBound: z.number().nonnegative(),
  absorb: z.boolean(),
  encoderMix: share,
  stopEvidence: share,
  minConfidence: share,
  stopBelow: share,
  rankEnds: z.boolean(),
  missingPrior: z.number(),
  characterPrior: z.number(),
  preamble: z.int().nonnegative(),
};

const bySteps = z
  .array(
    z.strictObject({
      upTo: count,
      entropyBound: recommended.entropyBound.exactOptional(),
      absorb: recommended.absorb.exactOptional(),
      encoderMix: share.exactOptional(),
      stopEvidence: share.exactOptional(),
      minConfidence: share.exactOptional(),
      stopBelow: share.exactOptional(),
      rankEnds: z.boolean().exactOptional(),
      missingPrior: z.number().exactOptional(),
      characterPrior: z.number().exactOptional(),
      preamble: z.int().nonnegative().exactOptional(),
    }),
  )
  .refine((entries) => entries.every(({ upTo }, i) => i === 0 || upTo > entries[i - 1]!.upTo), {
    message: 'must be in ascending order of upTo',
  });

const manifestSchema = z
  .object({
    format: z.literal(MANIFEST_FORMAT),
    name: z.string().min(1),
    displayName: z.string().min(1),
    version: z.string().min(1),
    license: z.string().min(1),
    description: z.string(),
    architecture: architectureSchema,
    tokens: z.object({ start: tokenId, mask: tokenId, endOfMiddle: tokenId }),
    limits: z.object({ prefix: count, suffix: count, canvas: count }),
    recommended: z.object({
      ...recommended,
      steps: count,
      stopBelow: share.default(0),
      rankEnds: z.boolean().default(false),
      missingPrior: z.number().default(0),
      characterPrior: z.number().default(0),
      preamble: z.int().nonnegative().default(0),
      calibration: z.object({ joint: z.number(), end: z.number(), constant: z.number() }).exactOptional(),
      bySteps: bySteps.default([]),
    }),
    weights: z.object({
      precision: z.enum(['int8', 'fp32']),
      files: z.array(hashedFile.extend({ part: z.enum(['encoder', 'denoiser']) })).min(1),
    }),
    tokenizer: hashedFile,
  })
  .refine((m) => Object.values(m.tokens).every((id) => id < m.architecture.vocabularySize), {
    path: ['tokens'],
    message: 'names an id outside of the vocabulary',
  })
  .refine((m) => new Set(Object.values(m.tokens)).size === 3, {
    path: ['tokens'],
    message: 'start, mask and endOfMiddle must be three different ids',
  });

/** Everything a model folder says about itself; the fields are described in the model card of the bundled model. */
export type Manifest = z.infer<typeof manifestSchema>;
export type Architecture = Manifest['architecture'];
export type HashedFile = z.infer<typeof hashedFile>;

/**
 * Reads and checks `folder`/manifest.json.
 * Throws InfillError: model-missing (no such file), model-corrupt (not JSON, or a field is wrong), model-unsupported (another
 * format or kind of model).
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, 'manifest.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new InfillError(
      'model-missing',
      `There is no model in ${folder}: manifest.json cannot be read.`,
      'Choose a folder that holds a manifest.json, or leave the model setting empty to use the bundled model.',
      { cause: error },
    );
  }
  return parseManifest(text, file);
}

/** `text` = the content of a manifest, `file` = where it is from, for messages. Errors as for `readManifest`. */
export function parseManifest(text: string, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, `it is not valid JSON (${error instanceof Error ? error.message : String(error)})`, error);
  }
  refuseOtherKinds(value, file);
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw corrupt(file, problems.slice(0, 3).join('; '), parsed.error);
}

/** A manifest of another format or architecture is not wrong, only unknown: that deserves its own message. */
function refuseOtherKinds(value: unknown, file: string): void {
  const view = z.object({ format: z.unknown(), architecture: z.object({ kind: z.unknown() }) }).safeParse(value);
  if (!view.success) return;
  const { format, architecture } = view.data;
  if (typeof format === 'number' && format !== MANIFEST_FORMAT) {
    throw new InfillError(
      'model-unsupported',
      `${file} has format ${format}; this version of Infill reads format ${MANIFEST_FORMAT}.`,
      'Update Infill, or use a model made for this version.',
    );
  }
  if (typeof architecture.kind === 'string' && architecture.kind !== 'encoder-denoiser') {
    throw new InfillError(
      'model-unsupported',
      `${file} describes a model of kind "${architecture.kind}"; this version of Infill runs "encoder-denoiser".`,
      'Update Infill, or use a model of that kind.',
    );
  }
}

function corrupt(file: string, problem: string, cause: unknown): InfillError {
  return new InfillError(
    'model-corrupt',
    `${file} is damaged: ${problem}.`,
    'Get the model again and replace its folder.',
    {
      cause,
    },
  );
}
