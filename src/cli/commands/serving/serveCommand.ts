import { InvalidArgumentError, type Command } from 'commander';
import { bytesOfPrefix } from '../../../engine/network/folder/estimateMemory.js';
import { LIMITS, type ServerOptions } from '../../../server/service/serverOptions.js';
import { endWith } from '../../../languageServer/parentWatch.js';
import { addModelOptions, type ModelOptions } from '../../input/commandOptions.js';
import { type CliIo, EXIT, write } from '../../output/cliIo.js';
import { ownVersion } from '../ownVersion.js';
import { withEngine } from '../withEngine.js';
import { processOption } from './processOption.js';
import { type ReachOptions, reached } from './reached.js';

interface ServeOptions extends ModelOptions, ReachOptions {
  readonly contextMemory: number;
  readonly endWith?: number;
}

const MEGABYTE = 1e6;
const DEFAULT_PORT = 8012;

export function addServeCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program
    .command('serve')
    .description(
      'answer over HTTP on this machine, for other editors: OpenAI completions, llama.cpp /infill, and whole requests (see /openapi.json)',
    )
    .option(
      '--host <address>',
      'address to listen at; others than this machine need a token and encryption',
      '127.0.0.1',
    )
    .option('--port <number>', 'port to listen at, 0 = any that is free', portOf, DEFAULT_PORT)
    .option('--token-file <file>', 'file with the token that requests must have; or set INFILL_SERVER_TOKEN')
    .option('--tls-cert <file>', 'certificate (PEM) to encrypt with')
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--behind-proxy', 'a proxy in front of the server encrypts')
    .option('--context-memory <megabytes>', 'memory for the contexts of several clients', megabytesOf, 256)
    .addOption(processOption('--end-with <pid>'));
  addModelOptions(command).action(async (options: ServeOptions) => finish(await serve(options, io)));
}

async function serve(options: ServeOptions, io: CliIo): Promise<number> {
  if (options.endWith !== undefined) endWith(options.endWith);
  const server: ServerOptions = { ...(await reached(options, io)), limits: LIMITS };
  const kept = (bytes: number): number => Math.floor((options.contextMemory * MEGABYTE) / Math.max(1, bytes));
  // Before a model is loaded.
  const { checkExposure } = await import('../../../server/service/checkExposure.js');
  checkExposure(server);
  const { checkCertificate } = await import('../../../server/service/checkCertificate.js');
  if (server.tls !== undefined) checkCertificate(server.tls);
  return withEngine(
    options,
    io,
    async (engine) => {
      const { startServer } = await import('../../../server/startServer.js');
      const running = await startServer(engine, await ownVersion(io.root), server);
      await write(io.stderr, `infill: ${engine.info.name} answers at ${running.url}; Ctrl+C ends it\n`);
      await aborted(io.signal);
      await write(io.stderr, 'infill: finishes what it computes\n');
      await running.close();
      return EXIT.done;
    },
    { kept: (manifest) => kept(bytesOfPrefix(manifest)) },
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('Write a whole number from 0 to 65535.');
}

function megabytesOf(text: string): number {
  const size = /^\d{1,6}$/u.test(text) ? Number(text) : NaN;
  if (size >= 1) return size;
  throw new InvalidArgumentError('Write a whole number from 1 to 999999.');
}
