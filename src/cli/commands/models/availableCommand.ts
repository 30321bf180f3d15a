import type { Command } from 'commander';
import { measuredMachine } from '../../../engine/network/measuredMachine.js';
import { availableMemory } from '../../../modelStore/availableMemory.js';
import { availableModels, STATED_CANVAS, STATED_STEPS } from '../../../modelStore/catalogue/availableModels.js';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { listModels } from '../../../modelStore/listModels.js';
import type { AvailableModel } from '../../../shared/modelImport.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';
import { formatTable } from '../../output/table.js';

const HELP = `
Nothing is downloaded: sizes and licences are those that the models' pages state, memory is estimated as "infill models list" does, and times
follow from what this machine computes and reads, measured for some tenths of a second. Times are those of ${STATED_STEPS} steps over ${STATED_CANVAS} positions
between the longest context: first as the model is meant, then with "infill models add ... --context-cache dual", which is approximate.
"!" marks what needs more memory than is free. docs/models.md says what to expect of each.`;

const TOKENIZER =
  "A folder: put the model's config.json and weights and GPT-2's tokenizer.json into one folder, and add that: infill models add FOLDER";
const NO_TIMES = 'Times are missing, since the runtime that computes does not load here; "infill doctor" says why.';

export function addAvailableCommand(models: Command, io: CliIo, finish: (exitCode: number) => void): void {
  models
    .command('available')
    .description('list public checkpoints that can be added, with what each would cost here')
    .option('--json', 'print as JSON')
    .addHelpText('after', HELP)
    .action(async (options: { readonly json?: boolean }) => finish(await available(options, io)));
}

async function available({ json }: { readonly json?: boolean }, io: CliIo): Promise<number> {
  const [added, speed] = await Promise.all([listModels(io.root, dataFolder(io.env)), measuredMachine()]);
  const offered = availableModels(added, speed);
  if (json === true) {
    await writeJson(io.stdout, { machine: speed ?? null, models: offered });
    return EXIT.done;
  }
  const free = availableMemory();
  const headings = [
    '',
    'model',
    'for',
    'billions',
    'license',
    'download',
    'weights',
    'memory',
    '8 steps',
    'dual',
    'needs',
  ];
  const table = formatTable(
    headings,
    offered.map((model) => row(model, free)),
  );
  const notes = [
    'Add one with: infill models add MODEL',
    ...(offered.some(({ needs }) => needs === 'tokenizer') ? [TOKENIZER] : []),
    ...(speed === undefined ? [NO_TIMES] : []),
  ];
  await write(io.stdout, [table, ...notes, ''].join('\n'));
  return EXIT.done;
}

function row(model: AvailableModel, freeMemory: number): (string | number)[] {
  const { repository, isForCode, parameters, license, downloadBytes, precision, memoryBytes, needs, mask } = model;
  return [
    memoryBytes > freeMemory ? '!' : '',
    repository,
    isForCode ? 'code' : 'text',
    (parameters / 1e9).toFixed(1),
    license,
    inGigabytes(downloadBytes),
    precision,
    inGigabytes(memoryBytes),
    inSeconds(model.requestMs),
    inSeconds(model.dualRequestMs),
    { nothing: '', tokenizer: 'a folder', mask: `--mask ${mask ?? ''}` }[needs],
  ];
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** An estimate: two digits of it mean something. */
function inSeconds(ms: number | null): string {
  return ms === null ? '' : `${Number((ms / 1000).toPrecision(2))} s`;
}
