import path from 'node:path';
import * as z from 'zod';
import type { Engine } from '../../engine/engine.js';
import { type InfillRequest, isIdentifier, LONGEST_NAME, MOST_HOLES, MOST_NAMES } from '../../shared/infillRequest.js';
import { InfillError } from '../../shared/infillError.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import type { CliIo } from '../output/cliIo.js';
import { infillOptions, type ProjectOptions } from '../input/commandOptions.js';
import { type ConditionOptions, conditionsOf, withoutRange } from '../input/conditionOptions.js';
import { eolOf, indentUnitOf } from '../../atCursor/textForm.js';
import { languageOfFile } from '../input/languageOfFile.js';
import { noText } from '../output/noText.js';
import { roundedWork } from '../output/roundedWork.js';
import { numberOf } from '../../engine/contract/numberOf.js';
import { answerLines, REQUEST_MEMBERS } from './answerLines.js';
import { CANVAS_MEMBERS, canvasLine } from './canvasLine.js';
import { beforeTyping } from './beforeTyping.js';
import { holesOfLine } from './fillHoles.js';
import { EDIT_MEMBERS, recentEditsOf } from './recentEditsOf.js';
import type { Workspaces, WorkspaceText } from './workspaces.js';

const NO_NAME = `must be an identifier of letters, digits, _ and $, with at most ${LONGEST_NAME} characters`;

const tokens = z.int().nonnegative().max(OPTION_RANGES.maxTokens.most);

const lineSchema = z.object({
  ...REQUEST_MEMBERS,
  ...EDIT_MEMBERS,
  maxTokens: numberOf(OPTION_RANGES.maxTokens).optional(),
  workspace: z.string().min(1).optional(),
  path: z.string().min(1).optional(),
  names: z.array(z.string().refine(isIdentifier, NO_NAME)).max(MOST_NAMES).optional(),
  entry: z.strictObject({ ahead: z.int().nonnegative(), isChosen: z.boolean() }).optional(),
  mustStart: z.string().optional(),
  mustEnd: z.string().optional(),
  mustContain: z.string().optional(),
  length: z.tuple([tokens, tokens]).optional(),
  ...CANVAS_MEMBERS,
  holes: z
    .array(z.string())
    .min(1)
    .max(MOST_HOLES - 1)
    .optional(),
});

type Line = z.infer<typeof lineSchema>;

/** How lines are answered. */
export interface LineOptions extends ConditionOptions, ProjectOptions {
  /** Whether each request is asked first without the characters before its cursor that would have been typed last. */
  readonly warm?: boolean;
  /** Whether an answer also has the texts among which its own was chosen. */
  readonly trace?: boolean;
  /** Whether a step also tells what is known of every position. */
  readonly positions?: boolean;
}

/**
 * Fills in the hole of each line of stdin (see `answerLines`).
 *
 * @param workspaces what the engine draws on
 */
export async function fillLines(
  engine: Engine,
  workspaces: Workspaces,
  options: LineOptions,
  io: CliIo,
): Promise<number> {
  const requests = {
    schema: lineSchema,
    needs: '"prefix" and "suffix"',
    answer: (line: Line) => fillLine(line, engine, workspaces, options, io),
  };
  return answerLines(requests, io);
}

async function fillLine(
  line: Line,
  engine: Engine,
  workspaces: Workspaces,
  options: LineOptions,
  { cwd, signal }: CliIo,
): Promise<object> {
  const { path: named } = line;
  const languageId = line.language ?? options.language ?? (named === undefined ? 'plaintext' : languageOfFile(named));
  const workspace = line.workspace ?? options.workspace;
  if (workspace === undefined && named !== undefined) {
    throw new InfillError(
      'invalid-request',
      'The request has a "path" and no "workspace".',
      'Name the folder that it is below: "workspace" in the request, or --workspace.',
    );
  }
  if (workspace === undefined || options.project === 'off')
    return answerFill(line, languageId, engine, options, signal);
  const text: WorkspaceText = {
    folder: path.resolve(cwd, workspace),
    ...(named === undefined ? {} : { path: named }),
    text: [line.prefix, ...(line.holes ?? []), line.suffix].join(''),
    languageId,
  };
  return workspaces.drawOn(text, (uri) => answerFill(line, languageId, engine, options, signal, uri));
}

/** @param uri of the document in a workspace that is drawn on */
async function answerFill(
  line: Line,
  languageId: string,
  engine: Engine,
  options: LineOptions,
  signal: AbortSignal,
  uri?: string,
): Promise<object> {
  const { prefix, suffix } = line;
  const chosen = {
    ...options,
    ...(line.maxTokens === undefined ? {} : { maxTokens: line.maxTokens }),
    ...(line.steps === undefined ? {} : { steps: line.steps }),
    ...(line.deadlineMs === undefined ? {} : { deadline: line.deadlineMs }),
    ...(line.length === undefined ? {} : { length: line.length.join('-') }),
    ...(line.mustStart === undefined ? {} : { mustStart: line.mustStart }),
    ...(line.mustEnd === undefined ? {} : { mustEnd: line.mustEnd }),
    ...(line.mustContain === undefined ? {} : { mustContain: line.mustContain }),
  };
  const conditions = conditionsOf(chosen);
  const recent = options.project === 'off' ? undefined : recentEditsOf(line);
  const request: InfillRequest = {
    ...(recent === undefined ? {} : { recent }),
    context: {
      prefix,
      prefixOffset: 0,
      suffix,
      languageId,
      eol: eolOf(prefix + suffix),
      indentUnit: indentUnitOf(prefix + suffix),
      ...(uri === undefined ? {} : { uri }),
    },
    options: infillOptions(withoutRange(chosen), engine.recommended, options.trace === true),
    ...(conditions === undefined ? {} : { conditions }),
    ...(line.names === undefined ? {} : { names: line.names }),
    ...(line.entry === undefined ? {} : { entry: line.entry }),
  };
  if (line.holes !== undefined) {
    if (conditions !== undefined || line.canvas !== undefined || options.candidates > 1) {
      throw new InfillError(
        'invalid-request',
        'The request has "holes" beside conditions, a "canvas" or several candidates.',
        'Ask for one hole, or leave these out.',
      );
    }
    const parts = [prefix, ...line.holes, suffix];
    return holesOfLine(parts, languageId, uri, request.options, { engine, signal });
  }
  if ((line.alternatives ?? line.scores) !== undefined && line.canvas === undefined) {
    throw new InfillError(
      'invalid-request',
      `The request asks for "${line.scores === true ? 'scores' : 'alternatives'}" and has no "canvas".`,
      'Give the canvas that is asked about.',
    );
  }
  if (line.canvas !== undefined) {
    const traced = { ...request.options, ...(options.positions === true ? { positions: true } : {}) };
    const own = { ...line, ...(conditions === undefined ? {} : { conditions }) };
    return canvasLine(own, request.context, traced, engine, signal);
  }
  if (options.warm === true) await engine.infill(beforeTyping(request), { signal });
  const outcome = await engine.infill(request, { signal });
  const { ms, steps, ...passes } = roundedWork(outcome.report);
  const work = { ...passes, found: outcome.report.found };
  const best = outcome.kind === 'infill' ? outcome.candidates[0] : undefined;
  if (outcome.kind === 'none' || best === undefined) {
    return { ...noText(outcome, { ms, steps }), ...work };
  }
  const { text, stepsUsed, tokens, confidence, worth, unasked, source, considered } = best;
  const judged = { worth, unasked, source, considered }; // JSON has none of those that are not there
  const others = outcome.candidates
    .slice(1)
    .map((candidate) => ({ text: candidate.text, confidence: candidate.confidence }));
  const alternatives = options.candidates > 1 ? { alternatives: others } : {};
  return { text, ms, steps: stepsUsed, tokens: tokens.length, confidence, ...judged, ...work, ...alternatives };
}
