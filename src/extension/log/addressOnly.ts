/** Of a setting that holds an address: that, without what could be a key in it. */
export function addressOnly(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') {
    return value;
  }
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url === undefined || url.origin === 'null' ? '(no address)' : url.origin + url.pathname;
}
