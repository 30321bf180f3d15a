import { readLines } from '../../input/lineReader.js';
import { type CliIo, write } from '../../output/cliIo.js';

const MAX_ANSWER_BYTES = 100;

/** Asks for a yes, and says so where there is none. */
export async function confirmed(question: string, io: CliIo): Promise<boolean> {
  await write(io.stderr, `${question} [y/N] `);
  if (/^y(es)?$/i.test((await firstLine(io)).trim())) {
    return true;
  }
  await write(io.stderr, 'infill: nothing was deleted.\n');
  return false;
}

/** '' where the input ends before a line. */
async function firstLine(io: CliIo): Promise<string> {
  for await (const line of readLines(io.stdin, MAX_ANSWER_BYTES)) {
    return 'text' in line ? line.text : '';
  }
  return '';
}
