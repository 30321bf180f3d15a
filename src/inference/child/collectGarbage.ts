import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives memory back that nothing uses any more. V8 does so by itself only when it needs some, which after a load, whose parsing leaves
 * more behind than all that stays, may take hours.
 */
export function collectGarbage(): void {
  // The one way to it that needs no flag on the command line, which Electron as Node and hosts of other kinds would each have to pass.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  collect({ type: 'major', flavor: 'last-resort' });
}
