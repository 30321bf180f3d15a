/** Whether only programs of this machine reach a host. @param host a name or an address, in any way that these are written in */
export function isLoopback(host: string): boolean {
  const url = `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}`;
  if (!URL.canParse(url)) return false;
  const plain = new URL(url).hostname.replace(/\.$/u, '');
  return plain === 'localhost' || plain === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(plain);
}
