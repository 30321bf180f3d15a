import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerOptions } from '../../../server/service/serverOptions.js';
import { InfillError } from '../../../shared/infillError.js';
import type { CliIo } from '../../output/cliIo.js';

/** What the command line says of who reaches a server, and how. */
export interface ReachOptions {
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: boolean;
}

/**
 * Reads the files that the options name. The environment's token counts where no file is named.
 *
 * @throws InfillError `invalid-request` where one cannot be read, or where one of two that belong together is missing
 */
export async function reached(
  { host, port, tokenFile, tlsCert, tlsKey, behindProxy }: ReachOptions,
  { cwd, env }: CliIo,
): Promise<Omit<ServerOptions, 'limits'>> {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new InfillError(
      'invalid-request',
      'A certificate and its key belong together.',
      'Give --tls-cert and --tls-key.',
    );
  }
  const read = async (file: string): Promise<string> => {
    try {
      return await readFile(path.resolve(cwd, file), 'utf8');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new InfillError('invalid-request', `${file} cannot be read: ${why}.`, 'Name a file that is there.');
    }
  };
  const token = (tokenFile === undefined ? env['INFILL_SERVER_TOKEN'] : await read(tokenFile))?.trim();
  if (tokenFile !== undefined && token === '') {
    throw new InfillError('invalid-request', `${tokenFile} is empty.`, 'Write the token into it.');
  }
  return {
    host,
    port,
    ...(token === undefined || token === '' ? {} : { token }),
    ...(tlsCert === undefined || tlsKey === undefined
      ? {}
      : { tls: { certificate: await read(tlsCert), key: await read(tlsKey) } }),
    isBehindProxy: behindProxy === true,
  };
}
