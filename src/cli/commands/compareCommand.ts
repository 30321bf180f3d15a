import path from 'node:path';
import { type Command, Option } from 'commander';
import type { Engine } from '../../engine/engine.js';
import { inMilliseconds } from '../../shared/inMilliseconds.js';
import { InfillError } from '../../shared/infillError.js';
import { REMASKINGS, SAMPLERS } from '../../shared/infillOptions.js';
import type { InfillRequest, TextContext } from '../../shared/infillRequest.js';
import type { Passes, RunReport } from '../../shared/outcome.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import { type CliIo, EXIT, write, writeJson } from '../output/cliIo.js';
import {
  addDeadlineOption,
  addModelOptions,
  addTextOptions,
  infillOptions,
  numbersIn,
  type ModelOptions,
  named,
  type RequestOptions,
} from '../input/commandOptions.js';
import { documentContext } from '../input/documentContext.js';
import { languageOfFile } from '../input/languageOfFile.js';
import { formatTable } from '../output/table.js';
import { readTextFile } from '../input/textFile.js';
import { parsePosition, PositionIndex } from '../input/textPosition.js';
import { withEngine } from './withEngine.js';

interface CompareOptions extends ModelOptions, Omit<RequestOptions, 'steps' | 'sampler' | 'remask'> {
  readonly at: string;
  readonly samplers: readonly Contender[];
  readonly steps: readonly number[];
  readonly json?: boolean;
}

/** A sampler and, where it has one, its remasking. */
interface Contender {
  readonly sampler: string;
  readonly remask?: string;
}

/** What became of the hole with one sampler and one number of steps. */
interface Comparison extends Contender {
  readonly steps: number;
  readonly stepsUsed?: number;
  readonly passes?: Passes;
  readonly stoppedBy?: RunReport['stoppedBy'];
  readonly ms?: number;
  readonly confidence?: number;
  /** '' where nothing is suggested. */
  readonly text?: string;
  /** Why nothing is suggested, or why the combination is refused. */
  readonly reason?: string;
}

const DEFAULT_SAMPLERS =
  'entropy-bound,sedd-analytic,mdlm-ancestral,first-hitting,llada-low-confidence,dream-entropy,fast-dllm-threshold,p2';
const TEXT_WIDTH = 60;

const HELP = `
--samplers takes names with parameters, and with a remasking after a plus sign: llada-low-confidence:block=8,mdlm-ancestral+cap:eta=0.02.
"all" stands for every sampler. Passes are those that settle something: denoising ones, and after a plus sign those in which the
encoder verifies; --json has all kinds with their milliseconds.`;

export function addCompareCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program
    .command('compare')
    .description('fill in the same place with several samplers and numbers of steps, side by side')
    .argument('<file>', "a UTF-8 text file; the editor's exclusions do not hold here: what you name is read")
    .requiredOption('--at <line:column>', 'where to fill in')
    .addOption(
      new Option('--samplers <list>', 'samplers, separated by commas')
        .argParser(contenders)
        .default(contenders(DEFAULT_SAMPLERS), DEFAULT_SAMPLERS),
    )
    .option('--steps <list>', 'numbers of steps, separated by commas', numbersIn(OPTION_RANGES.steps), [4, 8, 16])
    .option('--json', 'print as JSON');
  addTextOptions(addDeadlineOption(addModelOptions(command))).addHelpText('after', HELP);
  command.action(async (file: string, options: CompareOptions) => finish(await compare(file, options, io)));
}

/** Parses the list of samplers. A comma within parameters is followed by key=value. */
function contenders(list: string): readonly Contender[] {
  const all = list === 'all' ? [...SAMPLERS] : list.split(/,(?![\w-]+=)/);
  return all.map((text) => {
    const [sampler = '', remask] = text.trim().split('+');
    named('sampler', SAMPLERS)(sampler);
    return { sampler, ...(remask === undefined ? {} : { remask: named('remasking', REMASKINGS)(remask) }) };
  });
}

async function compare(file: string, options: CompareOptions, io: CliIo): Promise<number> {
  const document = await readTextFile(path.resolve(io.cwd, file));
  const position = parsePosition(options.at);
  const offset = new PositionIndex(document.text, file).offsetOf(position);
  const hole = { start: offset, end: offset };
  const context = documentContext(document.text, hole, options.language ?? languageOfFile(file));
  return withEngine(options, io, async (engine) => {
    // The first request reads the context and warms up the runtime; it does not count.
    await engine
      .infill(requestFor(context, { sampler: 'entropy-bound' }, 1, options, engine), { signal: io.signal })
      .catch(refused);
    const comparisons: Comparison[] = [];
    for (const contender of options.samplers) {
      for (const steps of options.steps) {
        io.signal.throwIfAborted();
        comparisons.push(await comparisonOf(context, contender, steps, options, engine, io.signal));
      }
    }
    if (options.json === true) {
      const report = { file, at: position, model: engine.info, comparisons };
      await writeJson(io.stdout, report);
    } else {
      await write(io.stdout, `${table(comparisons)}\n`);
    }
    return comparisons.some(({ text }) => text !== undefined && text !== '') ? EXIT.done : EXIT.nothing;
  });
}

function requestFor(
  context: TextContext,
  contender: Contender,
  steps: number,
  options: CompareOptions,
  engine: Engine,
): InfillRequest {
  // A remasking that the model recommends belongs to its own sampler, not to those compared here.
  return { context, options: infillOptions({ ...options, ...contender, steps }, engine.recommended, false) };
}

async function comparisonOf(
  context: TextContext,
  contender: Contender,
  steps: number,
  options: CompareOptions,
  engine: Engine,
  signal: AbortSignal,
): Promise<Comparison> {
  try {
    const outcome = await engine.infill(requestFor(context, contender, steps, options, engine), { signal });
    const { stepsUsed, passes, stoppedBy, ms } = outcome.report;
    const best = outcome.kind === 'infill' ? outcome.candidates[0] : undefined;
    return {
      ...contender,
      steps,
      stepsUsed,
      passes,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
      ms: ms.total,
      ...(best ? { confidence: best.confidence, text: best.text } : { text: '' }),
      ...(outcome.kind === 'none' ? { reason: `${outcome.reason}: ${outcome.detail}` } : {}),
    };
  } catch (error) {
    return { ...contender, steps, reason: refused(error) };
  }
}

/** Why a combination is refused. Anything else goes on as the error it is. */
function refused(error: unknown): string {
  if (error instanceof InfillError && error.code === 'invalid-request') return error.describe();
  throw error;
}

function table(comparisons: readonly Comparison[]): string {
  const headings = ['sampler', 'steps', 'used', 'passes', 'ms', 'confidence', 'text'];
  const rows = comparisons.map((one) => [
    one.remask === undefined ? one.sampler : `${one.sampler}+${one.remask}`,
    one.steps,
    one.stepsUsed ?? '-',
    one.passes === undefined ? '-' : settling(one.passes),
    one.ms === undefined ? '-' : inMilliseconds(one.ms),
    one.confidence?.toFixed(2) ?? '-',
    one.text === undefined || one.text === '' ? `(${one.reason ?? 'nothing'})` : shown(one.text),
  ]);
  return formatTable(headings, rows);
}

/** How many passes settled something: denoising ones, and those that verify. */
function settling({ denoise, verify }: Passes): string {
  return verify.count === 0 ? `${denoise.count}` : `${denoise.count}+${verify.count}`;
}

/** On one line, and no longer than a line. */
function shown(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length > TEXT_WIDTH ? `${line.slice(0, TEXT_WIDTH - 1)}…` : line;
}
