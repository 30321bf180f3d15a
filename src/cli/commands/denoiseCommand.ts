import path from 'node:path';
import type { Command } from 'commander';
import type { Span } from '../../shared/infillRequest.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
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
import { withEngine } from './withEngine.js';

/** What says where a text ends, and which one is offered, means nothing here: there is one text, as long as the range. */
const NOT_USED = { candidates: 1, maxTokens: 64, multiline: 'auto' } as const;
type NotUsed = keyof typeof NOT_USED | 'minConfidence' | 'stopBelow' | 'length';

interface DenoiseOptions extends ModelOptions, Omit<RequestOptions, NotUsed> {
  readonly range: string;
  readonly strength: number;
  readonly pin: readonly string[];
  readonly json?: boolean;
  readonly trace?: boolean;
  readonly write?: boolean;
}

export function addDenoiseCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program
    .command('denoise')
    .description('mask a share of a range of a file, its least likely tokens first, and fill them in anew')
    .argument('<file>', "a UTF-8 text file; the editor's exclusions do not hold here: what you name is read")
    .requiredOption('--range <line:column-line:column>', 'what to denoise; the end is not part of it')
    .option(
      '--strength <s>',
      'share of the tokens to mask, above 0 and up to 1 (all)',
      numberIn(OPTION_RANGES.strength),
      0.5,
    )
    .option(
      '--pin <line:column-line:column>',
      'a part of the range that must not change; may be given several times',
      collect,
      [],
    )
    .option('--json', 'print the outcome as JSON')
    .option(
      '--trace',
      'also tell what each step committed, with the kind of its pass and the draft that stands after it',
    )
    .option('--write', 'write the text into the file');
  addDrawOptions(addStepOptions(addModelOptions(command)));
  command.action(async (file: string, options: DenoiseOptions) => finish(await denoise(file, options, io)));
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function denoise(file: string, options: DenoiseOptions, io: CliIo): Promise<number> {
  const document = await readTextFile(path.resolve(io.cwd, file));
  const { text } = document;
  const index = new PositionIndex(text, file);
  const range = index.spanOf(parseRange(options.range));
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
