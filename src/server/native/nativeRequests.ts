import * as z from 'zod';
import {
  LONGEST_BESIDES,
  LONGEST_CANVAS_TEXT,
  LONGEST_CONDITION,
  LONGEST_NAME,
  MOST_ALTERNATIVES,
  MOST_BESIDES,
  MOST_CANVAS_PARTS,
  MOST_HOLES,
  MOST_NAMES,
} from '../../shared/infillRequest.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import { LINES_AROUND, MOST_EDIT_LINES, MOST_EDIT_UNITS, MOST_EDITS } from '../../shared/recentEdit.js';
import { numberOf } from '../../engine/contract/numberOf.js';
import { optionsSchema } from '../requests/optionsOf.js';

/** UTF-16 units of a uri or a path, and of a document of a project. */
const LONGEST_URI = 4000;
const LONGEST_DOCUMENT = 1024 * 1024;
/** Documents that a change of a project names at once. */
const MOST_CHANGED = 1000;

const uriSchema = z.string().min(1).max(LONGEST_URI);
const documentShape = {
  languageId: z.string().min(1).max(100),
  eol: z.enum(['\n', '\r\n']),
  indentUnit: z.string().max(100),
  uri: uriSchema.optional(),
};
const contextSchema = z.strictObject({
  prefix: z.string(),
  prefixOffset: z.int().min(0),
  suffix: z.string(),
  ...documentShape,
});
const conditionsSchema = z.strictObject({
  start: z.string().max(LONGEST_CONDITION).optional(),
  end: z.string().max(LONGEST_CONDITION).optional(),
  contains: z.string().max(LONGEST_CONDITION).optional(),
  length: z.strictObject({ least: z.int().min(0), most: z.int().min(0) }).optional(),
});
const lines = (most: number): z.ZodType<string[]> => z.array(z.string().max(MOST_EDIT_UNITS)).max(most);
const recentSchema = z.strictObject({
  edits: z
    .array(
      z.strictObject({
        uri: uriSchema,
        path: z.string().max(LONGEST_URI),
        line: z.int().min(1),
        before: lines(MOST_EDIT_LINES),
        after: lines(MOST_EDIT_LINES),
        linesBefore: lines(LINES_AROUND),
        linesAfter: lines(LINES_AROUND),
      }),
    )
    .max(MOST_EDITS),
  lineBefore: z.string().optional(),
});
/** What is told before the outcome, where events are accepted. */
const toldSchema = z.enum(['outcome', 'steps']).default('steps');

/** The body of `POST /infill/v1/fill`: a request of the engine. */
export const fillSchema = z.strictObject({
  context: contextSchema,
  options: optionsSchema.default({}),
  recent: recentSchema.optional(),
  names: z.array(z.string().max(LONGEST_NAME)).max(MOST_NAMES).optional(),
  besides: z.array(z.string().max(LONGEST_BESIDES)).min(1).max(MOST_BESIDES).optional(),
  entry: z.strictObject({ ahead: z.int().min(0), isChosen: z.boolean() }).optional(),
  conditions: conditionsSchema.optional(),
  /** `drafts`: with each step what could be suggested if the run ended there. */
  tell: z.enum(['outcome', 'steps', 'drafts']).default('steps'),
});

/** The body of `POST /infill/v1/denoise`. */
export const denoiseSchema = z.strictObject({
  context: contextSchema,
  selection: z.string(),
  pinned: z
    .array(z.strictObject({ start: z.int().min(0), end: z.int().min(0) }))
    .max(1000)
    .default([]),
  strength: numberOf(OPTION_RANGES.strength),
  options: optionsSchema.default({}),
  tell: toldSchema,
});

const settledShape = {
  isPinned: z.boolean().optional(),
  confidence: z.number().min(0).max(1).optional(),
  from: z
    .strictObject({
      uri: uriSchema,
      path: z.string().max(LONGEST_URI),
      line: z.int().min(1),
      isEdit: z.literal(true).optional(),
    })
    .optional(),
};

/** The body of `POST /infill/v1/canvas`. */
export const canvasSchema = z.strictObject({
  context: contextSchema,
  canvas: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('mask') }),
        z.strictObject({ kind: z.literal('token'), id: z.int().min(0), ...settledShape }),
        z.strictObject({ kind: z.literal('text'), text: z.string().max(LONGEST_CANVAS_TEXT), ...settledShape }),
      ]),
    )
    .max(MOST_CANVAS_PARTS),
  options: optionsSchema.default({}),
  alternatives: z
    .strictObject({ position: z.int().min(0).max(MOST_CANVAS_PARTS), most: z.int().min(1).max(MOST_ALTERNATIVES) })
    .optional(),
  scores: z.literal(true).optional(),
  conditions: conditionsSchema.optional(),
  tell: toldSchema,
});

/** The body of `POST /infill/v1/holes`. */
export const holesSchema = z.strictObject({
  parts: z
    .array(z.string())
    .min(2)
    .max(MOST_HOLES + 1),
  document: z.strictObject(documentShape),
  options: optionsSchema.default({}),
  tell: toldSchema,
});

/** The body of `POST /infill/v1/project`: what changes in the texts that a client has given. */
export const projectSchema = z.strictObject({
  clear: z.literal(true).optional(),
  limit: z.int().min(0).optional(),
  remove: z.array(uriSchema).max(MOST_CHANGED).optional(),
  replace: z
    .array(
      z.strictObject({
        uri: uriSchema,
        path: z.string().max(LONGEST_URI),
        languageId: z.string().min(1).max(100),
        text: z.string().max(LONGEST_DOCUMENT),
      }),
    )
    .max(MOST_CHANGED)
    .optional(),
});
