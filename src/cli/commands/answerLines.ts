import * as z from 'zod';
import { numberOf } from '../../engine/contract/numberOf.js';
import { InfillError } from '../../shared/infillError.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { visibleJson } from '../../shared/visibleText.js';
import { readLines } from '../input/lineReader.js';
import { memberSource } from '../input/memberSource.js';
import { type CliIo, EXIT, write } from '../output/cliIo.js';

/** Longer lines are an error: no context window takes a fraction of that, and JSON can need a hundred times its length in memory. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Members of every request. */
export const REQUEST_MEMBERS = {
  prefix: z.string(),
  suffix: z.string(),
  language: z.string().min(1).optional(),
  steps: numberOf(OPTION_RANGES.steps).optional(),
  deadlineMs: numberOf(OPTION_RANGES.deadlineMs).optional(),
};

/** What is asked for on lines, and how it is answered. */
export interface LineRequests<Line> {
  readonly schema: z.ZodType<Line>;
  /** Members that a request must have, for a person who wrote none. */
  readonly needs: string;
  /** The answer's members besides its id; there is at least one. May throw InfillError. */
  readonly answer: (line: Line) => Promise<object>;
}

/**
 * Answers each line of stdin with exactly one line on stdout, in order, until the end of input. What is wrong with a line is its
 * answer, and the next line is read. Answers the exit code: 1 when any line was an error.
 */
export async function answerLines<Line>(requests: LineRequests<Line>, io: CliIo): Promise<number> {
  let hasErrors = false;
  let number = 0;
  for await (const line of readLines(io.stdin, MAX_LINE_BYTES)) {
    number++;
    const { id, answer } =
      'error' in line ? unreadable(number, line.error) : await answerLine(line.text, number, requests, io);
    hasErrors ||= 'error' in answer;
    await write(io.stdout, `${visibleJson(`{"id":${id},${JSON.stringify(answer).slice(1)}`)}\n`);
    if (io.signal.aborted) {
      return EXIT.interrupted;
    }
  }
  return hasErrors ? EXIT.nothing : EXIT.done;
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

async function answerLine<Line>(
  text: string,
  number: number,
  { schema, needs, answer }: LineRequests<Line>,
  io: CliIo,
): Promise<LineAnswer> {
  if (text.trim() === '') {
    return unreadable(number, `The line is blank. Write a JSON object with ${needs} on it.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return unreadable(number, `The line is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const id = memberSource(text, 'id') ?? 'null';
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the line'}: ${issue.message}`);
    return { id, answer: { error: `The request is not valid: ${problems.join('; ')}` } };
  }
  try {
    return { id, answer: await answer(parsed.data) };
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
