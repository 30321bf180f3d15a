import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A certificate for localhost that nobody but the test trusts, made by openssl; undefined where there is none. */
export async function selfSigned(): Promise<{ certificate: string; key: string } | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'infill-certificate-'));
  const [out, keyout] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  try {
    const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyout, '-out', out, ...subject];
    await promisify(execFile)('openssl', ['req', '-x509', ...options]);
    return { certificate: await readFile(out, 'utf8'), key: await readFile(keyout, 'utf8') };
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true });
  }
}
