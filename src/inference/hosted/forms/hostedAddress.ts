import { isLoopback } from '../../../process/isLoopback.js';
import type { HostedProvider } from './hostedModel.js';

const INCEPTION = 'https://api.inceptionlabs.ai/v1';

/** Why a text is no address that may be asked. */
export type AddressProblem = 'missing' | 'no-address' | 'not-encrypted';

/**
 * Where requests to a provider go.
 *
 * @param url as a person wrote it; '' = the provider's own address, where it has one
 * @returns the address without a slash at its end. Only https counts as encrypted; on this machine nothing needs to be.
 */
export function hostedAddress(
  provider: HostedProvider,
  url: string,
): { readonly address: string } | { readonly problem: AddressProblem } {
  if (url === '') {
    return provider === 'inception' ? { address: INCEPTION } : { problem: 'missing' };
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed?.username === '' && parsed.password === '' && parsed.search === '' && parsed.hash === '';
  if (parsed === undefined || !isPlain || !/^https?:$/.test(parsed.protocol)) {
    return { problem: 'no-address' };
  }
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) {
    return { problem: 'not-encrypted' };
  }
  return { address: parsed.origin + parsed.pathname.replace(/\/+$/, '') };
}
