import type { Command } from 'commander';
import { describeModels } from '../../../modelStore/describeModels.js';
import { InfillError } from '../../../shared/infillError.js';
import type { ModelDescription } from '../../../shared/modelImport.js';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';
import { formatTable } from '../../output/table.js';
import { chosenFolder } from '../withEngine.js';

const HELP = `
"memory MB" is what the model is expected to need once it is loaded. "ms/step" was measured here, by "infill bench" or in the
editor. The star marks the model that is used where none is named.`;

export function addListCommand(models: Command, io: CliIo, finish: (exitCode: number) => void): void {
  models
    .command('list')
    .description('list the models and what is wrong with those that cannot be used')
    .option('--json', 'print as JSON')
    .addHelpText('after', HELP)
    .action(async (options: { readonly json?: boolean }) => finish(await list(options, io)));
}

async function list({ json }: { readonly json?: boolean }, io: CliIo): Promise<number> {
  const described = await describeModels(io.root, dataFolder(io.env));
  // A default that is damaged or gone is no reason not to list the models: it is said after them.
  const used = await chosenFolder(undefined, io).catch((error: unknown) => {
    if (error instanceof InfillError) return error;
    throw error;
  });
  if (json === true) {
    const rows = described.map((model) => ({ ...model, isUsed: model.folder === used }));
    await writeJson(io.stdout, rows);
  } else {
    const headings = ['', 'name', 'version', 'license', 'MB', 'memory MB', 'ms/step', 'folder', 'problem'];
    const rows = described.map((model) => row(model, model.folder === used));
    const table = formatTable(headings, rows);
    await write(io.stdout, `${table}\n`);
  }
  if (used instanceof InfillError) {
    await write(io.stderr, `infill: ${used.message}\n`);
  }
  return described.some(({ problem }) => problem === '') ? EXIT.done : EXIT.nothing;
}

function row(model: ModelDescription, isUsed: boolean): (string | number)[] {
  const { name, version, license, bytes, memoryBytes, msPerStep, folder, problem } = model;
  const megabytes = (count: number): number => Math.round(count / 1e6);
  const speed = msPerStep === null ? '' : msPerStep.toFixed(msPerStep < 10 ? 1 : 0);
  return [isUsed ? '*' : '', name, version, license, megabytes(bytes), megabytes(memoryBytes), speed, folder, problem];
}
