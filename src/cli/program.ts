import { Command, CommanderError } from 'commander';
import { InfillError } from '../shared/infillError.js';
import { addBenchCommand } from './commands/benchCommand.js';
import { type CliIo, EXIT } from './output/cliIo.js';
import { addCompareCommand } from './commands/compareCommand.js';
import { addDenoiseCommand } from './commands/denoiseCommand.js';
import { addDemoCommand } from './commands/demo/demoCommand.js';
import { addDoctorCommand } from './commands/doctorCommand.js';
import { addFillCommand } from './commands/fillCommand.js';
import { addLspCommand } from './commands/serving/lspCommand.js';
import { addModelsCommand } from './commands/models/modelsCommand.js';
import { addServeCommand } from './commands/serving/serveCommand.js';
import { ownVersion } from './commands/ownVersion.js';
import { problemLine } from './output/problemLine.js';
import { SafeOutput } from './output/safeOutput.js';
import { UsageError } from './input/usageError.js';

const EXIT_CODES = `
Exit codes: 0 done, 1 nothing suggested or an error, 2 the command line is wrong, 130 interrupted.`;

/** Carries out a command line (without the program's name) and answers the exit code. Errors are printed, never thrown. */
export async function runCli(args: readonly string[], world: CliIo): Promise<number> {
  const io: CliIo = {
    get stdin() {
      return world.stdin; // only commands that read it open it
    },
    stdout: new SafeOutput(world.stdout),
    stderr: new SafeOutput(world.stderr),
    env: world.env,
    cwd: world.cwd,
    root: world.root,
    signal: world.signal,
    ...(world.exit === undefined ? {} : { exit: world.exit }),
  };
  let exitCode: number = EXIT.done;
  const program = new Command('infill')
    .description('Fill in text between a prefix and a suffix with a local diffusion language model.')
    .version(await ownVersion(io.root))
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  const add = [
    addFillCommand,
    addDenoiseCommand,
    addCompareCommand,
    addBenchCommand,
    addDoctorCommand,
    addLspCommand,
    addModelsCommand,
    addDemoCommand,
    addServeCommand,
  ];
  for (const addCommand of add) {
    addCommand(program, io, (code) => (exitCode = code));
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, io);
  }
}

function explain(error: unknown, io: CliIo): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.done : EXIT.usage; // commander has printed it
  }
  if (error instanceof UsageError) {
    io.stderr.write(problemLine(error.message));
    return EXIT.usage;
  }
  if (error instanceof InfillError) {
    io.stderr.write(problemLine(error.describe()));
    return EXIT.nothing;
  }
  if (io.signal.aborted) {
    return EXIT.interrupted;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`infill: unexpected error, please report it as a bug:\n${stack}\n`);
  return EXIT.nothing;
}
