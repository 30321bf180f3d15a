import type { Command } from 'commander';
import type { CliIo } from '../../output/cliIo.js';
import { addAddCommand } from './addCommand.js';
import { addAvailableCommand } from './availableCommand.js';
import { addDiscardCommand } from './discardCommand.js';
import { addKeptCommand } from './keptCommand.js';
import { addListCommand } from './listCommand.js';
import { addRemoveCommand } from './removeCommand.js';
import { addUseCommand } from './useCommand.js';
import { addVerifyCommand } from './verifyCommand.js';

export function addModelsCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const models = program.command('models').description('the models on this machine');
  const commands = [
    addListCommand,
    addAvailableCommand,
    addAddCommand,
    addVerifyCommand,
    addRemoveCommand,
    addUseCommand,
    addKeptCommand,
    addDiscardCommand,
  ];
  for (const add of commands) add(models, io, finish);
}
