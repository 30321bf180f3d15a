import assert from 'node:assert/strict';
import { type ErrorCode, InfillError } from '../../src/shared/infillError.js';

/** The error that `use` is refused with, undefined where it is not; any other error, any other code, and slowness fail the test. */
export async function refusalOf(
  what: string,
  use: () => Promise<unknown>,
  { codes, mostMs }: { readonly codes: readonly ErrorCode[]; readonly mostMs: number },
): Promise<InfillError | undefined> {
  const start = performance.now();
  try {
    await use();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof InfillError, `${what}: ${error instanceof Error ? error.stack : String(error)}`);
    assert.ok(codes.includes(error.code), `${what}: ${error.code}`);
    return error;
  } finally {
    const ms = performance.now() - start;
    assert.ok(ms < mostMs, `${what}: ${ms.toFixed(0)} ms`);
  }
}
