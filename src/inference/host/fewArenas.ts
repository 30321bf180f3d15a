/**
 * What keeps the C library of Linux from giving each thread a heap of its own, as an environment of a process. Threads of Node and of the
 * runtime need memory now and then, one after the other, and each heap keeps what one of them once needed. Other systems, and other C
 * libraries, do not know the variable.
 *
 * @see https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
 */
export function fewArenas(platform: NodeJS.Platform): Readonly<Record<string, string>> {
  return platform === 'linux' ? { MALLOC_ARENA_MAX: '2' } : {};
}
