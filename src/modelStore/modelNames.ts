import path from 'node:path';
import { nameProblem } from '../engine/files/pathInside.js';
import { InfillError } from '../shared/infillError.js';
import { DEFAULT_MODEL } from './bundledModels.js';

const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9_-])?$/;

/** The folder that holds the models that a person has added, each in a folder of its own that is named after it. */
export function userModelsFolder(data: string): string {
  return path.join(data, 'models');
}

/** The folder of an added model, whether it is there or not. Throws InfillError invalid-request where the name cannot be one. */
export function userModelFolder(data: string, name: string): string {
  checkModelName(name);
  return path.join(userModelsFolder(data), name);
}

/**
 * Names are names of folders on every system: so lower case only, and nothing that leads elsewhere. Throws InfillError
 * invalid-request.
 */
export function checkModelName(name: string): void {
  const problem = nameProblem(name);
  if (!NAME.test(name) || problem !== undefined) {
    throw new InfillError(
      'invalid-request',
      `"${name}" cannot be the name of a model${problem === undefined ? '' : `: it ${problem}`}.`,
      'Use up to 80 lower-case letters, digits, dots, dashes and underscores; start with a letter or a digit.',
    );
  }
  if (name === DEFAULT_MODEL) {
    throw new InfillError(
      'invalid-request',
      `"${name}" is the name of the bundled model.`,
      'Choose another name for the added one.',
    );
  }
}

/** A name made of the last part of a path or a hub id: `GSAI-ML/LLaDA-8B-Base` gives `llada-8b-base`. */
export function suggestedModelName(source: string): string {
  const last = source.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  const name = last
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 80)
    .replace(/\.+$/, '');
  return nameProblem(name) === undefined ? name : 'model';
}
