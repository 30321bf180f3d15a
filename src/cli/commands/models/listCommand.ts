import type { Command } from 'commander';
import { keptImports } from '../../../modelStore/add/keptImports.js';
import { describeModels } from '../../../modelStore/describeModels.js';
import { InfillError } from '../../../shared/infillError.js';
import type { ModelDescription } from '../../../shared/modelImport.js';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';
import { keptText } from './keptText.js';
import { formatTable } from '../../output/table.js';
import { chosenFolder } from '../withEngine.js';

const HELP = `
"memory MB" is what the model is expected to need once it is loaded. "ms/step" was measured here, by "infill bench" or in the
editor. The star marks the model that is used where none is named. Below the models stands what imports that were interrupted
have left; adding the same again goes on with it, and "infill models discard" deletes it.`;

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
    const kept = (await keptImports(dataFolder(io.env))).map((each) => `${keptText(each)}\n`);
    await write(io.stdout, `${table}\n${kept.join('')}`);
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
