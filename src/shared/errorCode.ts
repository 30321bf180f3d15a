/** What Node says went wrong (`ENOENT`, ...); undefined for an error without a code. */
export function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
