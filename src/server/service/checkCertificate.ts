import { createPrivateKey, X509Certificate } from 'node:crypto';
import { InfillError } from '../../shared/infillError.js';
import type { ServerOptions } from './serverOptions.js';

/** @throws InfillError `invalid-request` where a server cannot encrypt with a certificate and a key */
export function checkCertificate({ certificate, key }: NonNullable<ServerOptions['tls']>): void {
  const read = <T>(what: string, open: () => T): T => {
    try {
      return open();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw unusable(`The ${what} cannot be used: ${why}.`);
    }
  };
  const owner = read('certificate', () => new X509Certificate(certificate));
  const secret = read('key of the certificate', () => createPrivateKey(key));
  if (!owner.checkPrivateKey(secret)) throw unusable('The certificate and the key do not belong together.');
}

function unusable(message: string): InfillError {
  return new InfillError(
    'invalid-request',
    message,
    'Give --tls-cert a certificate and --tls-key its key, both in PEM and without a passphrase.',
  );
}
