import path from 'node:path';
import * as z from 'zod';
import type { Engine } from '../../engine/engine.js';
import { InfillError } from '../../shared/infillError.js';
import type { InfillRequest } from '../../shared/infillRequest.js';
import { OPTION_RANGES, type OptionRange } from '../../shared/optionRanges.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { visibleJson } from '../../shared/visibleText.js';
import { type CliIo, EXIT, write } from '../output/cliIo.js';
import { infillOptions, type ProjectOptions, type RequestOptions } from '../input/commandOptions.js';
import { eolOf, indentUnitOf } from '../input/documentContext.js';
import { languageOfFile } from '../input/languageOfFile.js';
import { readLines } from '../input/lineReader.js';
import { memberSource } from '../input/memberSource.js';
import { beforeTyping } from './beforeTyping.js';
import type { Workspaces, WorkspaceText } from './workspaces.js';

/** Longer lines are an error: no context window takes a fraction of that, and JSON can need a hundred times its length in memory. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

const lineSchema = z.object({
  prefix: z.string(),
  suffix: z.string(),
  language: z.string().min(1).optional(),
  maxTokens: wholeNumberIn(OPTION_RANGES.maxTokens).optional(),
  steps: wholeNumberIn(OPTION_RANGES.steps).optional(),
  deadlineMs: wholeNumberIn(OPTION_RANGES.deadlineMs).optional(),
  workspace: z.string().min(1).optional(),
  path: z.string().min(1).optional(),
});

type Line = z.infer<typeof lineSchema>;

/** How lines are answered. */
export interface LineOptions extends RequestOptions, ProjectOptions {
  /** Whether each request is asked first without the characters before its cursor that would have been typed last. */
  readonly warm?: boolean;
  /** Whether an answer also has the texts among which its own was chosen. */
  readonly trace?: boolean;
}

/**
 * Answers each line of stdin with exactly one line on stdout, in order, until the end of input. What is wrong with a line is its
 * answer, and the next line is read. Answers the exit code: 1 when any line was an error.
 *
 * @param workspaces what the engine draws on
 */
export async function fillLines(
  engine: Engine,
  workspaces: Workspaces,
  options: LineOptions,
  io: CliIo,
): Promise<number> {
  let hasErrors = false;
  let number = 0;
  for await (const line of readLines(io.stdin, MAX_LINE_BYTES)) {
    number++;
    const { id, answer } =
      'error' in line
        ? unreadable(number, line.error)
        : await answerLine(line.text, number, (request) => fillLine(request, engine, workspaces, options, io), io);
    hasErrors ||= 'error' in answer;
    await write(io.stdout, `${visibleJson(`{"id":${id},${JSON.stringify(answer).slice(1)}`)}\n`);
    if (io.signal.aborted) {
      return EXIT.interrupted;
    }
  }
  return hasErrors ? EXIT.nothing : EXIT.done;
}

function wholeNumberIn({ least, most }: OptionRange): z.ZodInt {
  return z.int().min(least).max(most);
}

/** What a line is answered with. */
interface LineAnswer {
  /** JSON text, as the line writes it. */
  readonly id: string;
  /** Its other members; there is at least one. */
  readonly answer: object;
}

function unreadable(number: number, problem: string): LineAnswer {
  return { id: 'null', answer: { error: `Line ${number}: ${problem}` } };
}

async function answerLine(
  text: string,
  number: number,
  fill: (line: Line) => Promise<object>,
  io: CliIo,
): Promise<LineAnswer> {
  if (text.trim() === '') {
    return unreadable(number, 'The line is blank. Write a JSON object with "prefix" and "suffix" on it.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return unreadable(number, `The line is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const id = memberSource(text, 'id') ?? 'null';
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the line'}: ${issue.message}`);
    return { id, answer: { error: `The request is not valid: ${problems.join('; ')}` } };
  }
  try {
    return { id, answer: await fill(parsed.data) };
  } catch (error) {
    if (error instanceof InfillError) {
      return { id, answer: { error: error.describe() } };
    }
    if (io.signal.aborted) throw error; // while a workspace was read
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await write(io.stderr, `infill: unexpected error in line ${number}, please report it as a bug:\n${stack}\n`);
    return { id, answer: { error: toInfillError(error).describe() } };
  }
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
    text: line.prefix + line.suffix,
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
  };
  const request: InfillRequest = {
    context: {
      prefix,
      prefixOffset: 0,
      suffix,
      languageId,
      eol: eolOf(prefix + suffix),
      indentUnit: indentUnitOf(prefix + suffix),
      ...(uri === undefined ? {} : { uri }),
    },
    options: infillOptions(chosen, engine.recommended, options.trace === true),
  };
  if (options.warm === true) await engine.infill(beforeTyping(request), { signal });
  const outcome = await engine.infill(request, { signal });
  const { passes, stoppedBy, found } = outcome.report;
  const ms = tenths(outcome.report.ms.total);
  const rounded = Object.entries(passes).map(([kind, pass]) => [kind, { ...pass, ms: tenths(pass.ms) }]);
  const work = {
    passes: Object.fromEntries(rounded) as unknown,
    stoppedBy,
    found,
  };
  const best = outcome.kind === 'infill' ? outcome.candidates[0] : undefined;
  if (outcome.kind === 'none' || best === undefined) {
    const why =
      outcome.kind === 'none' ? { reason: outcome.reason, detail: outcome.detail } : { reason: 'empty', detail: '' };
    return { text: '', ms, steps: outcome.report.stepsUsed, tokens: 0, confidence: 0, ...work, ...why };
  }
  const { text, stepsUsed, tokens, confidence, worth, unasked, source, considered } = best;
  const judged = { worth, unasked, source, considered }; // JSON has none of those that are not there
  const others = outcome.candidates
    .slice(1)
    .map((candidate) => ({ text: candidate.text, confidence: candidate.confidence }));
  const alternatives = options.candidates > 1 ? { alternatives: others } : {};
  return { text, ms, steps: stepsUsed, tokens: tokens.length, confidence, ...judged, ...work, ...alternatives };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
