import type { Command } from 'commander';
import { listModels } from '../modelStore/listModels.js';
import { verifyInstalledModel } from '../modelStore/verifyInstalledModel.js';
import { type CliIo, EXIT, write } from './cliIo.js';
import { formatTable } from './table.js';
import { format } from './summary.js';
import { chosenModel } from './withEngine.js';

interface JsonOption {
  readonly json?: boolean;
}

export function addModelsCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const models = program.command('models').description('the models on this machine');
  models
    .command('list')
    .description('list the models and what is wrong with those that cannot be used')
    .option('--json', 'print as JSON')
    .action(async (options: JsonOption) => finish(await list(options, io)));
  models
    .command('verify')
    .description('compare every byte of a model with the checksums of its manifest')
    .argument('[folder]', 'model folder (default: $INFILL_MODEL, else the bundled model)')
    .option('--json', 'print as JSON')
    .action(async (folder: string | undefined, options: JsonOption) => finish(await verify(folder, options, io)));
}

async function list({ json }: JsonOption, io: CliIo): Promise<number> {
  const listed = await listModels(io.root);
  const rows = listed.map((each) => {
    if (each.kind === 'unusable') {
      return { name: '', version: '', license: '', megabytes: 0, folder: each.folder, problem: each.error.describe() };
    }
    const { name, version, license } = each.model.manifest;
    return { name, version, license, megabytes: Math.round(each.model.bytes / 1e6), folder: each.folder, problem: '' };
  });
  const headings = ['name', 'version', 'license', 'MB', 'folder', 'problem'];
  const table = (): string =>
    formatTable(
      headings,
      rows.map((row) => Object.values(row)),
    );
  await write(io.stdout, `${json === true ? JSON.stringify(rows, null, 2) : table()}\n`);
  return listed.some(({ kind }) => kind === 'usable') ? EXIT.done : EXIT.nothing;
}

async function verify(chosen: string | undefined, { json }: JsonOption, io: CliIo): Promise<number> {
  const { folder, manifest, bytes } = await chosenModel(chosen, io);
  const { error, ms } = await verifyInstalledModel(folder);
  if (json === true) {
    const result = {
      folder,
      name: manifest.name,
      bytes,
      ms,
      isIntact: error === undefined,
      problem: error?.describe() ?? '',
    };
    await write(io.stdout, `${JSON.stringify(result, null, 2)}\n`);
  } else if (error === undefined) {
    const megabytes = Math.round(bytes / 1e6);
    await write(
      io.stdout,
      `${manifest.name} ${manifest.version} is intact: ${megabytes} MB in ${folder}, checked in ${format(ms)}\n`,
    );
  } else {
    await write(io.stderr, `infill: ${error.describe()}\n`);
  }
  return error === undefined ? EXIT.done : EXIT.nothing;
}
