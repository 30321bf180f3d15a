import type { Client } from './fairTurns.js';

/** The header in which an editor says who asks: of its requests only the newest is wanted. */
export const CLIENT_HEADER = 'x-infill-client';
const LONGEST_NAME = 200;

/**
 * Who sends a request: who says so in the header, else whoever is at this address with this program.
 *
 * @param header of a name, undefined where there is none
 * @param address of the other side of the connection; '' where it is unknown
 */
export function clientOf(header: (name: string) => string | undefined, address: string): Client {
  const name = header(CLIENT_HEADER);
  if (name !== undefined && name !== '') {
    return { key: `named ${name.slice(0, LONGEST_NAME)}`, wantsNewest: true };
  }
  return { key: `at ${address} ${(header('user-agent') ?? '').slice(0, LONGEST_NAME)}`, wantsNewest: false };
}
