import * as z from 'zod';
import {
  CANVAS_SOURCES,
  type CanvasOutcome,
  type DenoiseOutcome,
  type InfillOutcome,
  NONE_REASONS,
  PASS_KINDS,
  REFUSED_REASONS,
  type StepTrace,
} from '../../shared/outcome.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ModelInfo } from '../../shared/protocol.js';
import type { ErrorBody } from './serverFault.js';

// What a server may say. It is another program, perhaps of another version: what is more than this is left out, what is less is an error.

/** Nothing that opening it would run or ask for; `vscode-vfs:` and the like are files. Whether the server was told of it is looked at later. */
const uri = z
  .string()
  .max(4000)
  .regex(/^(?!(?:command|https?|vscode(?:-insiders)?):)/iu);
/** What is told in a line. */
const line = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
const share = z.number();
const count = z.int().min(0);
const from = z.object({ uri, path: z.string(), line: z.int().min(1), isEdit: z.literal(true).optional() });
const unasked = z.object({ text: z.string(), confidence: share, worth: z.number(), source: from.optional() });
const candidate = z.object({
  text: z.string(),
  confidence: share,
  worth: z.number().optional(),
  unasked: unasked.optional(),
  source: from.optional(),
  tokens: z.array(z.object({ text: z.string(), confidence: share, step: z.int() })),
  stepsUsed: count,
  considered: z.array(z.any()).optional(),
});
const position = z.object({
  id: count.nullable(),
  text: z.string(),
  group: count,
  confidence: share,
  step: z.int().nullable(),
  source: z.enum(CANVAS_SOURCES).nullable(),
  from: from.optional(),
  isPinned: z.boolean(),
  isEnd: z.literal(true).optional(),
  draft: z.object({ id: count, text: z.string(), confidence: share }).optional(),
});
const texts = z.array(z.string().nullable());
const step = z.object({
  step: count,
  kind: z.enum(['denoise', 'verify']),
  part: z.object({ index: count, count }).optional(),
  ms: z.number().optional(),
  commits: z.array(z.object({ position: z.int(), id: count, text: z.string(), confidence: share })),
  canvas: texts,
  draft: texts,
  positions: z.array(position).optional(),
  shown: z
    .object({
      text: z.string(),
      confidence: share,
      worth: z.number().optional(),
      unasked: unasked.optional(),
      source: from.optional(),
      isWhole: z.boolean(),
    })
    .optional(),
});
const report = z.object({
  stepsUsed: count,
  passes: z.record(z.enum(PASS_KINDS), z.object({ count, ms: z.number() })),
  stoppedBy: z.literal('deadline').optional(),
  canvasSize: count,
  ms: z.object({
    tokenize: z.number(),
    context: z.number(),
    steps: z.array(z.number()),
    postprocess: z.number(),
    total: z.number(),
  }),
  encodedTokens: count,
  reusedTokens: count,
  trace: z.array(step).optional(),
  found: z.array(z.any()).optional(),
});
const none = { kind: z.literal('none'), reason: z.enum(NONE_REASONS), detail: z.string(), report };
const filled = z.object({ kind: z.literal('infill'), candidates: z.array(candidate).min(1), report });
const notFilled = z.object({ ...none, doubtful: candidate.optional() });
const infill = z.discriminatedUnion('kind', [filled, notFilled]);
const canvas = z.array(position);
const span = z.object({ start: count, end: count });
const change = z.object({
  span,
  before: z.string(),
  text: z.string(),
  logProbs: z.object({ before: z.number(), text: z.number() }).optional(),
  confidence: share.optional(),
  features: z.record(z.string(), z.any()).optional(),
});
const refused = z.array(change.extend({ why: z.enum(REFUSED_REASONS) }));
const steps = z.object({
  recommended: z.int().min(1),
  most: z.int().min(1).optional(),
  curve: z.array(z.object({ steps: z.int(), exact: z.number(), beginsRight: z.number() })).optional(),
});

/** What `fill` answers, and the others. */
export const infillAnswer = infill as unknown as z.ZodType<InfillOutcome>;
export const holesAnswer = z.array(infill) as unknown as z.ZodType<readonly InfillOutcome[]>;
export const denoiseAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('denoised'),
    text: z.string(),
    changes: z.array(change).min(1),
    refused,
    tokens: z.array(z.object({ span, text: z.string(), changed: z.boolean(), pinned: z.boolean(), confidence: share })),
    report,
  }),
  z.object({ ...none, refused: refused.optional() }),
]) as unknown as z.ZodType<DenoiseOutcome>;
export const canvasAnswer = z.discriminatedUnion('kind', [
  filled.extend({ canvas }),
  notFilled.extend({ canvas }),
  z.object({
    kind: z.literal('alternatives'),
    position: count,
    alternatives: z.array(
      z.object({ id: count, text: z.string(), probability: share, isEnd: z.literal(true).optional() }),
    ),
    canvas,
    report,
  }),
  z.object({ kind: z.literal('scores'), canvas, report }),
]) as unknown as z.ZodType<CanvasOutcome>;
export const stepEvent = step as unknown as z.ZodType<StepTrace>;

/** What a server says of itself. */
export const modelAnswer = z.object({
  protocol: z.int(),
  version: line,
  model: z.object({
    name: line,
    version: line,
    license: z.string().max(500),
    device: line,
    deviceNote: z.string().max(2000),
    threads: count,
    loadMs: z.number(),
    steps,
  }),
}) as unknown as z.ZodType<{ readonly protocol: number; readonly version: string; readonly model: ModelInfo }>;

/** The texts that were taken, by which the server knows them. */
export const changeAnswer = z.object({ project: z.string().max(200) });
export const statsAnswer = z.object({
  stats: z.object({ documents: count, units: count, bytes: z.number(), leftOut: count, waiting: count }),
}) as z.ZodType<{ readonly stats: ProjectStats }>;

const failure = z.object({
  error: z.object({
    message: z.string().max(4000),
    code: z.string().max(100),
    remedy: z.string().max(2000).optional(),
  }),
});

/** What an answer says went wrong; undefined where it is none of a server of Infill's. */
export function errorBody(text: string): ErrorBody | undefined {
  try {
    return failure.parse(JSON.parse(text)).error;
  } catch {
    return undefined;
  }
}
