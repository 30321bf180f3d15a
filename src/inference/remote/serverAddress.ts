import { isLoopback } from '../../process/isLoopback.js';
import { InfillError } from '../../shared/infillError.js';

/** Where a server is. */
export interface ServerAddress {
  /** Without a slash at its end. */
  readonly base: string;
  /** Which tokens belong to it. */
  readonly origin: string;
  /** How people are told of it: host and port. */
  readonly name: string;
}

/**
 * What a setting says of where a server is.
 *
 * @throws InfillError `invalid-request` where it is no address, or one to which texts would be sent in the clear
 */
export function serverAddress(text: string): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) {
    throw refused(
      'What is set is not the address of a server.', // and may be anything, a password even
      'Write one like http://127.0.0.1:8012 or https://gpu.example.com.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(
      `The address of ${url.host} contains a user name or password.`,
      'Leave it out, and run "Infill: Set Server Token..." for the token.',
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw refused(
      `What is sent to ${url.host} would not be encrypted.`,
      'Write https, or reach it through SSH: "ssh -L 8012:127.0.0.1:8012 HOST", and then http://127.0.0.1:8012.',
    );
  }
  return { base: `${url.origin}${url.pathname.replace(/\/+$/u, '')}`, origin: url.origin, name: url.host };
}

function refused(message: string, remedy: string): InfillError {
  return new InfillError('invalid-request', message, `${remedy} The setting is infill.server.url.`);
}
