import { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { Engine } from '../../../engine/engine.js';
import type { ProjectTexts } from '../../../engine/project/foundMiddle.js';
import { endWith } from '../../../languageServer/parentWatch.js';
import { addModelOptions, type ModelOptions } from '../../input/commandOptions.js';
import { type CliIo, EXIT } from '../../output/cliIo.js';
import { ownVersion } from '../ownVersion.js';
import { withEngine } from '../withEngine.js';
import { exactOutput } from './exactOutput.js';
import { processOption } from './processOption.js';

interface LspOptions extends ModelOptions {
  readonly stdio?: boolean;
  readonly clientProcessId?: number;
}

const HELP = `
An editor starts it, and talks to it over stdin and stdout: suggestions are textDocument/inlineCompletion of LSP 3.18. Documents are
synchronised incrementally, the section "infill" of the editor's settings holds steps, candidates, maxTokens, minConfidence, multiline,
temperature and others. README.md shows configurations of editors. Everything that is for a person is written to stderr.`;

export function addLspCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program
    .command('lsp')
    .description('suggest in other editors: a language server over stdin and stdout')
    .option('--stdio', 'speak over stdin and stdout, as it always does')
    .addOption(processOption('--clientProcessId <pid>'));
  addModelOptions(command).addHelpText('after', HELP);
  command.action(async (options: LspOptions) => finish(await serve(options, io)));
}

async function serve(options: LspOptions, io: CliIo): Promise<number> {
  if (io.stdout.isTTY === true) {
    io.stderr.write('infill: speaks the Language Server Protocol; an editor is to start it. Ctrl+C ends it.\n');
  }
  // Only here, so that other commands do not load the library.
  const { LanguageServer } = await import('../../../languageServer/languageServer.js');
  const { openConnection } = await import('../../../languageServer/serverConnection.js');
  const { stdin } = io;
  // The stream itself, where it is one: what is only read from it could not be closed while a read waits.
  const input = stdin instanceof Readable ? stdin : Readable.from(stdin);
  const { connection, ended, isShutDown } = openConnection({ input, output: exactOutput(io.stdout) });
  let release: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (release = resolve));
  const loading = { isUnderWay: false };
  const load = (project: ProjectTexts): Promise<Engine> =>
    new Promise<Engine>((resolve, reject) => {
      loading.isUnderWay = true;
      const use = async (engine: Engine): Promise<void> => {
        resolve(engine);
        await over;
      };
      withEngine(options, io, use, { project }).catch(reject);
    }).finally(() => (loading.isUnderWay = false));
  const server = new LanguageServer(
    { connection, isShutDown },
    {
      version: await ownVersion(io.root),
      load,
      onClient: endWith,
      log: (line) => io.stderr.write(`infill: ${line}\n`),
    },
  );
  if (options.clientProcessId !== undefined) endWith(options.clientProcessId);
  const code = await ended;
  const exitCode = io.signal.aborted ? EXIT.interrupted : code;
  if (loading.isUnderWay) io.exit?.(exitCode); // a client does not wait for that
  release();
  server.dispose();
  input.destroy();
  return exitCode;
}
