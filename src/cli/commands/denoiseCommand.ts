import path from 'node:path';
import type { Command } from 'commander';
import type { Span } from '../../shared/infillRequest.js';
import { DEFAULT_STRENGTH, OPTION_RANGES } from '../../shared/optionRanges.js';
import { REFUSED_REASONS } from '../../shared/outcome.js';
import { type CliIo, EXIT, write } from '../output/cliIo.js';
import {
  addModelOptions,
  addDrawOptions,
  addStepOptions,
  numberIn,
  infillOptions,
  type ModelOptions,
  type RequestOptions,
} from '../input/commandOptions.js';
import { documentContext } from '../input/documentContext.js';
import { languageOfFile } from '../input/languageOfFile.js';
import { printDenoise } from '../output/printDenoise.js';
import { stepPrinter } from '../output/stepPrinter.js';
import { readTextFile, writeTextFile } from '../input/textFile.js';
import { formatPosition, parseRange, PositionIndex } from '../input/textPosition.js';
import { UsageError } from '../input/usageError.js';
import { denoiseLines } from './denoiseLines.js';
import { withEngine } from './withEngine.js';

/** What says where a text ends, and which one is offered, means nothing here: there is one text, as long as the range. */
const NOT_USED = { candidates: 1, maxTokens: 64, multiline: 'auto' } as const;
type NotUsed = keyof typeof NOT_USED | 'minConfidence' | 'stopBelow' | 'length';

interface DenoiseOptions extends ModelOptions, Omit<RequestOptions, NotUsed> {
  readonly range?: string;
  readonly strength: number;
  readonly pin: readonly string[];
  readonly jsonl?: boolean;
  readonly json?: boolean;
  readonly trace?: boolean;
  readonly write?: boolean;
}

const HELP = `
With --jsonl each line of stdin is a request {"id","prefix","selection","suffix","language"?,"pinned"?,"strength"?,"steps"?,
"deadlineMs"?}, answered in order by a line {"id","text","changes","refused","ms","steps","passes"} or {"id","error"}. "pinned" has the
parts of the selection that must not change, each [start,end]; all offsets count UTF-16 units of the selection. "text" is the selection
with all "changes", and the selection itself, with a "reason" and a "detail", where none is proposed. A change says what stands where
and what is to stand there, {"start","end","before","text"}, and with "logProbs" how likely each is with what stands behind it (nats);
"refused" has what was tried and is not proposed, with "why": ${REFUSED_REASONS.join(', ')}. Every line gets exactly one
answer, also one that is blank, longer than 16 MiB, no UTF-8 or no JSON. An id may be any JSON value; it comes back as it was written.`;

export function addDenoiseCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program
    .command('denoise')
    .description('redo the least likely parts of a range of a file, or of many texts on stdin')
    .argument('[file]', "a UTF-8 text file; the editor's exclusions do not hold here: what you name is read")
    .option('--range <line:column-line:column>', 'what to denoise; the end is not part of it')
    .option(
      '--strength <s>',
      'share of the tokens that may be redone, above 0 and up to 1 (all)',
      numberIn(OPTION_RANGES.strength),
      DEFAULT_STRENGTH,
    )
    .option(
      '--pin <line:column-line:column>',
      'a part of the range that must not change; may be given several times',
      collect,
      [],
    )
    .option('--jsonl', 'read requests from stdin, one JSON object a line')
    .option('--json', 'print the outcome as JSON')
    .option(
      '--trace',
      'also tell what each step committed, and of everything that was judged what spoke for it ("features")',
    )
    .option('--write', 'write the text into the file');
  addDrawOptions(addStepOptions(addModelOptions(command))).addHelpText('after', HELP);
  command.action(async (file: string | undefined, options: DenoiseOptions) => finish(await denoise(file, options, io)));
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function denoise(file: string | undefined, options: DenoiseOptions, io: CliIo): Promise<number> {
  const { range } = options;
  if (options.jsonl === true) {
    const isOfFile = range !== undefined || options.pin.length > 0 || options.write === true;
    if (file !== undefined || isOfFile) {
      throw new UsageError('--jsonl reads texts from stdin: leave out FILE, --range, --pin and --write.');
    }
    return withEngine(options, io, (engine) => denoiseLines(engine, { ...NOT_USED, ...options }, io));
  }
  if (file === undefined || range === undefined) {
    throw new UsageError(
      'Name a file and a range, for example: infill denoise main.ts --range 12:1-20:1. Or use --jsonl.',
    );
  }
  return denoiseFile(file, range, options, io);
}

/** Denoises a range of a file and shows the result as the options say. Answers the exit code. */
async function denoiseFile(file: string, part: string, options: DenoiseOptions, io: CliIo): Promise<number> {
  const document = await readTextFile(path.resolve(io.cwd, file));
  const { text } = document;
  const index = new PositionIndex(text, file);
  const range = index.spanOf(parseRange(part));
  const pinned = options.pin.map((pin) => pinIn(range, index.spanOf(parseRange(pin)), pin));
  return withEngine(options, io, async (engine) => {
    const request = {
      context: documentContext(text, range, options.language ?? languageOfFile(file)),
      selection: text.slice(range.start, range.end),
      pinned,
      strength: options.strength,
      options: infillOptions({ ...NOT_USED, ...options }, engine.recommended, options.trace === true),
    };
    const printer = stepPrinter(options, request.options, engine.info, io);
    const run = { signal: io.signal, ...(printer === undefined ? {} : { onStep: printer.onStep }) };
    const outcome = await engine.denoise(request, run);
    const at = { start: index.positionOf(range.start), end: index.positionOf(range.end) };
    await printDenoise({ file, at, request, outcome, model: engine.info }, options, io);
    if (outcome.kind === 'none') {
      return io.signal.aborted ? EXIT.interrupted : EXIT.nothing;
    }
    if (options.write === true) {
      await writeTextFile(document, text.slice(0, range.start) + outcome.text + text.slice(range.end));
      await write(io.stderr, `infill: wrote ${file} from ${formatPosition(at.start)}\n`);
    }
    return EXIT.done;
  });
}

/** A pin as offsets into the selection. */
function pinIn(range: Span, pin: Span, text: string): Span {
  if (pin.start < range.start || pin.end > range.end) {
    throw new UsageError(`The pin ${text} is not inside the range to denoise.`);
  }
  return { start: pin.start - range.start, end: pin.end - range.start };
}
