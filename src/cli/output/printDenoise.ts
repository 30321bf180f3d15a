import type { DenoiseRequest } from '../../shared/infillRequest.js';
import type { DenoiseOutcome } from '../../shared/outcome.js';
import type { ModelInfo } from '../../shared/protocol.js';
import { type CliIo, write, writeExact, writeJson } from './cliIo.js';
import { type Style, styleFor } from './style.js';
import { summary } from './summary.js';
import type { TextPosition } from '../input/textPosition.js';

type Denoised = Extract<DenoiseOutcome, { kind: 'denoised' }>;

export interface DenoisedFile {
  readonly file: string;
  readonly at: { readonly start: TextPosition; readonly end: TextPosition };
  readonly request: DenoiseRequest;
  readonly outcome: DenoiseOutcome;
  readonly model: ModelInfo;
}

/** Prints an outcome: everything as JSON, before and after for a person at a terminal, or just the text for a pipe. */
export async function printDenoise(
  denoised: DenoisedFile,
  { json }: { readonly json?: boolean },
  io: CliIo,
): Promise<void> {
  const { outcome, request, file, at, model } = denoised;
  if (json === true) {
    await writeJson(io.stdout, { file, range: at, ...outcome, model });
  } else if (outcome.kind === 'none') {
    const reason = outcome.reason === 'not-likelier' ? 'no better text found' : outcome.reason;
    await write(
      io.stderr,
      `infill: nothing changed: ${reason}${outcome.detail === '' ? '' : ` (${outcome.detail})`}\n`,
    );
  } else if (io.stdout.isTTY === true) {
    const style = styleFor(io.stdout, io.env);
    const before = `${style('bold', 'before')}\n${request.selection}`;
    const after = `${style('bold', 'after')}\n${highlight(outcome, style)}`;
    const lines = `${summary(outcome.report, model)}\n${counts(outcome)}`;
    await write(io.stdout, `\n${before}\n\n${after}\n\n${style('dim', lines)}\n`);
  } else {
    await writeExact(io.stdout, outcome.text.endsWith('\n') ? outcome.text : `${outcome.text}\n`);
  }
}

/** "3 of 40 tokens changed in 2 places, 1 refused" */
function counts({ tokens, changes, refused }: Denoised): string {
  const changed = tokens.filter((token) => token.changed).length;
  const places = `${changes.length} ${changes.length === 1 ? 'place' : 'places'}`;
  return `${changed} of ${tokens.length} tokens changed in ${places}, ${refused.length} refused`;
}

/** The new text with its changed tokens highlighted and its pinned ones underlined by colour. */
function highlight({ text, tokens }: Denoised, style: Style): string {
  let end = 0;
  const parts = tokens.map((token) => {
    const between = text.slice(end, token.span.start);
    end = token.span.end;
    const own = text.slice(token.span.start, token.span.end);
    return between + (token.changed ? style('green', own) : token.pinned ? style('cyan', own) : own);
  });
  return parts.join('') + text.slice(end);
}
