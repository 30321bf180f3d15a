import type { Command } from 'commander';
import type { Engine } from '../../engine/engine.js';
import { dataFolder } from '../../modelStore/dataFolder.js';
import { recordSpeed } from '../../modelStore/measuredSpeed.js';
import { inMilliseconds } from '../../shared/inMilliseconds.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import { passesInWords } from '../../shared/passesInWords.js';
import { visibleLine } from '../../shared/visibleText.js';
import { type CliIo, EXIT, write, writeJson } from '../output/cliIo.js';
import { addModelOptions, type ModelOptions, numberIn, numbersIn } from '../input/commandOptions.js';
import { workspaceFolder } from '../input/workspaceFiles.js';
import { type Measurement, measure, median } from './measure.js';
import { measureProject, type ProjectMeasurement } from './measureProject.js';
import { formatTable } from '../output/table.js';
import { chosenFolder, withEngine } from './withEngine.js';
import { indexFolder } from './workspaces.js';

interface BenchOptions extends ModelOptions {
  readonly steps: readonly number[];
  readonly maxTokens: readonly number[];
  readonly repeats: number;
  readonly workspace?: string;
  readonly json?: boolean;
}

export function addBenchCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program
    .command('bench')
    .description('measure milliseconds per step, per kind of pass and per context on this machine')
    .option(
      '--steps <list>',
      'numbers of steps to measure, separated by commas',
      numbersIn(OPTION_RANGES.steps),
      [4, 8, 16],
    )
    .option(
      '--max-tokens <list>',
      'lengths of the middle to measure, separated by commas',
      numbersIn(OPTION_RANGES.maxTokens),
      [16, 32, 64],
    )
    .option('--repeats <n>', 'repetitions; the table shows medians', numberIn({ least: 1, most: 1000, whole: true }), 3)
    .option('--workspace <folder>', 'also measure indexing this folder, searching it, and requests that draw on it')
    .option('--json', 'print as JSON');
  addModelOptions(command).action(async (options: BenchOptions) => finish(await bench(options, io)));
}

async function bench(options: BenchOptions, io: CliIo): Promise<number> {
  const folder = options.workspace === undefined ? undefined : await workspaceFolder(options.workspace, io.cwd);
  const indexed = folder === undefined ? undefined : await indexFolder(folder, io.signal);
  const measureWith = async (engine: Engine): Promise<number> => {
    const { info } = engine;
    // The first requests pay for warming up the runtime; they do not count.
    await measure(engine, { maxTokens: 16, steps: 2, repeats: 1, signal: io.signal });
    const measurements: Measurement[] = [];
    for (const maxTokens of options.maxTokens) {
      for (const steps of options.steps) {
        measurements.push(await measure(engine, { maxTokens, steps, repeats: options.repeats, signal: io.signal }));
      }
    }
    const project = indexed === undefined ? undefined : await measureProject(engine, indexed, io.signal);
    const speed = { msPerStep: median(measurements.map(({ msPerStep }) => msPerStep)), device: info.device };
    await recordSpeed(dataFolder(io.env), await chosenFolder(options.model, io), speed).catch((error: unknown) =>
      write(io.stderr, `infill: the speed is not remembered for "infill models list": ${String(error)}\n`),
    );
    const rssBytes = process.memoryUsage.rss();
    if (options.json === true) {
      await writeJson(io.stdout, {
        model: info,
        rssBytes,
        measurements,
        ...(project === undefined ? {} : { project }),
      });
    } else {
      const model = `${visibleLine(`${info.name} ${info.version}`)} on ${info.device}, ${info.threads} threads, loaded in ${inMilliseconds(info.loadMs)}`;
      const tables = [table(measurements), ...(project === undefined ? [] : [projectTable(project)])];
      await write(io.stdout, `${[model, ...tables, `${Math.round(rssBytes / 1e6)} MB resident`].join('\n\n')}\n`);
    }
    return EXIT.done;
  };
  return withEngine(options, io, measureWith, indexed === undefined ? {} : { project: indexed.index });
}

function table(measurements: readonly Measurement[]): string {
  const headings = [
    'max tokens',
    'canvas',
    'steps',
    'used',
    'ms/step',
    'cold ms',
    'tokens',
    'warm ms',
    'tokens',
    'keystroke to text ms',
    'in which passes',
  ];
  const rows = measurements.map((m) => [
    m.maxTokens,
    m.canvas,
    m.steps,
    m.stepsUsed,
    round(m.msPerStep),
    round(m.coldContextMs),
    m.coldTokens,
    round(m.warmContextMs),
    m.warmTokens,
    round(m.warmTotalMs),
    passesInWords(m.warmPasses),
  ]);
  return formatTable(headings, rows);
}

function projectTable({ folder, files, units, bytes, readMs, indexMs, search, requests }: ProjectMeasurement): string {
  const headings = [
    'files',
    'MB',
    'read ms',
    'index ms',
    'MB of memory',
    'search ms',
    'p95',
    'request ms',
    'with project',
    'of which found',
  ];
  const megabytes = (size: number): number => round(size / 1e6);
  const searched = search === undefined ? ['-', '-'] : [hundredths(search.medianMs), hundredths(search.p95Ms)];
  const asked =
    requests === undefined
      ? ['-', '-', '-']
      : [round(requests.aloneMs), round(requests.withProjectMs), `${requests.found} of ${requests.places}`];
  const row = [files, megabytes(units), round(readMs), round(indexMs), megabytes(bytes), ...searched, ...asked];
  return `${visibleLine(folder)}\n${formatTable(headings, [row])}`;
}

/** A search takes a fraction of a millisecond. */
function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
