import type { Command } from 'commander';
import type { CliIo } from '../../output/cliIo.js';
import { addAddCommand } from './addCommand.js';
import { addAvailableCommand } from './availableCommand.js';
import { addListCommand } from './listCommand.js';
import { addRemoveCommand } from './removeCommand.js';
import { addUseCommand } from './useCommand.js';
import { addVerifyCommand } from './verifyCommand.js';

export function addModelsCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const models = program.command('models').description('the models on this machine');
  for (const add of [addListCommand, addAvailableCommand, addAddCommand, addVerifyCommand, addRemoveCommand, addUseCommand]) {
    add(models, io, finish);
  }
}
