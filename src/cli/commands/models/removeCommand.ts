import type { Command } from 'commander';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { requireModel } from '../../../modelStore/findModel.js';
import { removeModel } from '../../../modelStore/removeModel.js';
import { visibleLine } from '../../../shared/visibleText.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';
import { confirmed } from './confirmed.js';

interface RemoveOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addRemoveCommand(models: Command, io: CliIo, finish: (exitCode: number) => void): void {
  models
    .command('remove')
    .description('delete a model that was added; the bundled one stays')
    .argument('<name>', 'name of a model as "infill models list" shows it')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print as JSON')
    .action(async (name: string, options: RemoveOptions) => finish(await remove(name, options, io)));
}

async function remove(name: string, { yes, json }: RemoveOptions, io: CliIo): Promise<number> {
  const data = dataFolder(io.env);
  const { folder, isBundled } = await requireModel(name, io.root, data);
  const question = `Delete ${visibleLine(folder)} and all that is in it?`;
  if (yes !== true && !isBundled && !(await confirmed(question, io))) {
    return EXIT.nothing;
  }
  await removeModel(name, io.root, data);
  await (json === true ? writeJson(io.stdout, { name, folder }) : write(io.stdout, `Removed ${visibleLine(name)}.\n`));
  return EXIT.done;
}
