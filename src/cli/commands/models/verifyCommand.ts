import type { Command } from 'commander';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { verifyInstalledModel } from '../../../modelStore/verifyInstalledModel.js';
import { inMilliseconds } from '../../../shared/inMilliseconds.js';
import { visibleLine } from '../../../shared/visibleText.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';
import { problemLine } from '../../output/problemLine.js';
import { chosenModel } from '../withEngine.js';

export function addVerifyCommand(models: Command, io: CliIo, finish: (exitCode: number) => void): void {
  models
    .command('verify')
    .description('compare every byte of a model with the checksums of its manifest')
    .argument('[model]', 'name of a model, or a model folder (default: the model that is used where none is named)')
    .option('--json', 'print as JSON')
    .action(async (model: string | undefined, options: { readonly json?: boolean }) =>
      finish(await verify(model, options, io)),
    );
}

async function verify(chosen: string | undefined, { json }: { readonly json?: boolean }, io: CliIo): Promise<number> {
  const { folder, manifest, bytes } = await chosenModel(chosen, io);
  const { error, ms } = await verifyInstalledModel(folder, dataFolder(io.env), io.signal);
  if (json === true) {
    const result = {
      folder,
      name: manifest.name,
      bytes,
      ms,
      isIntact: error === undefined,
      problem: error?.describe() ?? '',
    };
    await writeJson(io.stdout, result);
  } else if (error === undefined) {
    const megabytes = Math.round(bytes / 1e6);
    await write(
      io.stdout,
      `${visibleLine(`${manifest.name} ${manifest.version}`)} is intact: ${megabytes} MB in ${visibleLine(folder)}, checked in ${inMilliseconds(ms)}\n`,
    );
  } else {
    await write(io.stderr, problemLine(error.describe()));
  }
  return error === undefined ? EXIT.done : EXIT.nothing;
}
