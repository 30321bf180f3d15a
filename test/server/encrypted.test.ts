import assert from 'node:assert/strict';
import { request } from 'node:https';
import { test } from 'node:test';
import { InfillError } from '../../src/shared/infillError.js';
import { checkCertificate } from '../../src/server/service/checkCertificate.js';
import { selfSigned } from './selfSigned.js';
import { servedTiny } from './servedTiny.js';

const TOKEN = 'only-for-those-who-know-it';

test('with a certificate, others are answered encrypted, and a certificate that cannot be used is named', async (t) => {
  const tls = await selfSigned();
  const other = await selfSigned();
  if (tls === undefined || other === undefined) {
    t.skip('needs openssl');
    return;
  }
  const server = await servedTiny({ host: '0.0.0.0', token: TOKEN, tls });
  try {
    const { port, protocol } = new URL(server.url);
    assert.equal(protocol, 'https:');
    const status = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = request(`https://localhost:${port}/v1/models`, {
          ca: tls.certificate,
          servername: 'localhost',
          headers,
        });
        sent.on('response', (response) => resolve(response.resume().statusCode));
        sent.on('error', reject).end();
      });
    assert.equal(await status({}), 401);
    assert.equal(await status({ authorization: `Bearer ${TOKEN}` }), 200);
    assert.equal(await status({ authorization: `Bearer ${TOKEN}`, host: 'gpu.example' }), 200, 'by any name of it');
    await assert.rejects(fetch(`http://localhost:${port}/health`));
  } finally {
    await server.close();
  }
  for (const [wrong, said] of [
    [{ ...tls, key: other.key }, /do not belong together/u],
    [{ ...tls, key: 'none' }, /key of the certificate cannot be used/u],
    [{ ...tls, certificate: '' }, /certificate cannot be used/u],
  ] as const) {
    assert.throws(
      () => checkCertificate(wrong),
      (error: unknown) => error instanceof InfillError && said.test(error.message) && error.remedy !== '',
    );
  }
});
