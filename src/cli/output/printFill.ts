import type { InfillOutcome } from '../../shared/outcome.js';
import type { ModelInfo } from '../../shared/protocol.js';
import { type CliIo, write, writeExact, writeJson } from './cliIo.js';
import { excerpt } from './excerpt.js';
import { styleFor } from './style.js';
import { summary } from './summary.js';
import type { TextPosition } from '../input/textPosition.js';

export interface FilledFile {
  readonly file: string;
  readonly position: TextPosition;
  readonly text: string;
  readonly offset: number;
  readonly outcome: InfillOutcome;
  readonly model: ModelInfo;
}

/** Prints an outcome: everything as JSON, a picture for a person at a terminal, or just the text for a pipe. */
export async function printFill(filled: FilledFile, { json }: { readonly json?: boolean }, io: CliIo): Promise<void> {
  const { outcome } = filled;
  if (json === true) {
    const { file, position, model } = filled;
    await writeJson(io.stdout, { file, at: position, ...outcome, model });
  } else if (outcome.kind === 'none') {
    await write(
      io.stderr,
      `infill: nothing suggested: ${outcome.reason}${outcome.detail === '' ? '' : ` (${outcome.detail})`}\n`,
    );
  } else if (io.stdout.isTTY === true) {
    await write(io.stdout, picture(filled, outcome, io));
  } else {
    const separator = (index: number): string => (outcome.candidates.length > 1 ? `--- ${index + 1}\n` : '');
    const texts = outcome.candidates.map(
      ({ text }, index) => `${separator(index)}${text}${text.endsWith('\n') ? '' : '\n'}`,
    );
    await writeExact(io.stdout, texts.join(''));
  }
}

function picture(filled: FilledFile, outcome: Extract<InfillOutcome, { kind: 'infill' }>, io: CliIo): string {
  const style = styleFor(io.stdout, io.env);
  const { text, offset, model } = filled;
  const shown = outcome.candidates.map((candidate, index) => {
    const heading =
      outcome.candidates.length > 1
        ? style('bold', `${index + 1}. confidence ${candidate.confidence.toFixed(2)}\n`)
        : '';
    return `${heading}${excerpt(text.slice(0, offset), candidate.text, text.slice(offset), style)}\n`;
  });
  const confidence = outcome.candidates[0]?.confidence.toFixed(2) ?? '';
  return `\n${shown.join('\n')}\n${style('dim', `confidence ${confidence}, ${summary(outcome.report, model)}`)}\n`;
}
