import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/**
 * Installs Debian packages where that needs no permission: as root, or in CI with sudo. A person's machine is never
 * changed by sudo.
 *
 * @param {readonly string[]} packages
 * @returns {Promise<string | undefined>} undefined when done, otherwise what the person is to do
 */
export async function aptInstall(packages) {
  const command = `apt-get install ${packages.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) {
    return `Install what Debian calls ${packages.join(', ')} and try again.`;
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !process.env['CI']) {
    return `Run "sudo ${command}" and try again.`;
  }
  const sudo = isRoot ? [] : ['sudo', '-n'];
  console.log(`Installing Debian packages: ${packages.join(', ')}.`);
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const [program = '', ...rest] = [...sudo, 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args];
    const { code, output } = await run(program, rest, {
      quietly: `apt-get ${args[0] ?? ''}`,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (code !== 0) {
      return `"${command}" failed:\n${output}`;
    }
  }
  return undefined;
}
