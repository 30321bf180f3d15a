import { CLIENT_HEADER } from '../../process/serverProtocol.js';
import type { Client } from './turnOrder.js';

const LONGEST_NAME = 200;

/**
 * Who sends a request: who says so in the header, else whoever is at this address with this program.
 *
 * @param header of a name, undefined where there is none
 * @param connected of the other side of the connection; '' where it is unknown
 * @param isBehindProxy whether that is a proxy, which says last in `X-Forwarded-For` who asks it
 */
export function clientOf(
  header: (name: string) => string | undefined,
  connected: string,
  isBehindProxy: boolean,
): Client {
  const forwarded = isBehindProxy ? header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  const address = (forwarded ?? connected).slice(0, LONGEST_NAME);
  const name = header(CLIENT_HEADER);
  if (name !== undefined && name !== '') {
    return { address, key: `named ${name.slice(0, LONGEST_NAME)}`, wantsNewest: true };
  }
  return { address, key: `with ${(header('user-agent') ?? '').slice(0, LONGEST_NAME)}`, wantsNewest: false };
}
