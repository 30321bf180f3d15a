import type { Command } from 'commander';
import { DEFAULT_MODEL } from '../../../modelStore/bundledModels.js';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { writeDefaultModel } from '../../../modelStore/defaultModel.js';
import { requireModel } from '../../../modelStore/findModel.js';
import { openModel } from '../../../modelStore/installedModel.js';
import { refuseTooLarge } from '../../../modelStore/refuseTooLarge.js';
import { visibleLine } from '../../../shared/visibleText.js';
import { estimateMemory } from '../../../engine/network/folder/estimateMemory.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';

export function addUseCommand(models: Command, io: CliIo, finish: (exitCode: number) => void): void {
  models
    .command('use')
    .description('choose the model that the command line uses where --model and $INFILL_MODEL name none')
    .argument('<name>', `name of a model as "infill models list" shows it; ${DEFAULT_MODEL} is the bundled one`)
    .option('--json', 'print as JSON')
    .action(async (name: string, options: { readonly json?: boolean }) => finish(await use(name, options, io)));
}

async function use(name: string, { json }: { readonly json?: boolean }, io: CliIo): Promise<number> {
  const data = dataFolder(io.env);
  const { folder, isBundled } = await requireModel(name, io.root, data);
  const { manifest } = await openModel(folder, isBundled); // a model that cannot be loaded is no choice
  refuseTooLarge({ name, bytes: estimateMemory(manifest) }, { env: io.env });
  await writeDefaultModel(data, name === DEFAULT_MODEL ? '' : name);
  await (json === true
    ? writeJson(io.stdout, { name, folder })
    : write(io.stdout, `The command line uses ${visibleLine(name)} from now on.\n`));
  if ((io.env['INFILL_MODEL'] ?? '').trim() !== '') {
    await write(io.stderr, 'infill: the environment variable INFILL_MODEL is set and goes first.\n');
  }
  return EXIT.done;
}
