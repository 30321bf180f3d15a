import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { aptInstall } from './aptInstall.mjs';
import { root } from './root.mjs';
import { mustRun, run } from './run.mjs';

const OLDEST = [3, 11];
/** What the environment has, as paths from the root. */
export const REQUIREMENTS = ['training/requirements.txt', 'serve/requirements.txt'];
/** PyTorch without CUDA; on Linux the package index has only the build with it, 2 GB larger. */
const CPU_WHEELS = 'https://download.pytorch.org/whl/cpu';

/**
 * The project's Python environment, .venv, with what REQUIREMENTS ask for; made or brought up to date where needed.
 *
 * @returns {Promise<{ python: string } | { missing: string }>} its interpreter, or what this machine lacks
 */
export async function pythonEnvironment() {
  const folder = path.join(root, '.venv');
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = path.join(folder, 'infill-requirements');
  const requirements = REQUIREMENTS.map((name) => path.join(root, name));
  const hash = createHash('sha256');
  for (const file of requirements) hash.update(readFileSync(file)).update('\0');
  const wanted = hash.digest('hex');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return { python };
  }

  const system = await systemPython();
  if (!system) {
    return {
      missing: `Python ${OLDEST.join('.')} or newer is not on the PATH, so the Python tests cannot run. Install it.`,
    };
  }
  console.log('Preparing the Python environment .venv (PyTorch and Ray; the first time this takes a few minutes).');
  rmSync(folder, { recursive: true, force: true });
  const made = await run(system, ['-m', 'venv', folder], { quietly: 'python -m venv' });
  if (made.code !== 0) {
    // Debian's Python comes without venv's helper.
    rmSync(folder, { recursive: true, force: true });
    const refused = await aptInstall(['python3-venv']);
    if (refused) {
      return { missing: `"${system} -m venv" fails: ${made.output.trim()}\n${refused}` };
    }
    await mustRun(system, ['-m', 'venv', folder], { quietly: 'python -m venv' });
  }
  await mustRun(
    python,
    [
      '-m',
      'pip',
      'install',
      '--disable-pip-version-check',
      ...(await cpuWheels()),
      ...requirements.flatMap((file) => ['-r', file]),
    ],
    { quietly: 'pip install' },
  );
  writeFileSync(stamp, wanted);
  return { python };
}

async function systemPython() {
  for (const name of ['python3', 'python', 'python3.13', 'python3.12', 'python3.11']) {
    const { code, output } = await run(name, ['-c', 'import sys; print(*sys.version_info[:2])'], { quietly: name });
    const [major = 0, minor = 0] = output.trim().split(' ').map(Number);
    if (code === 0 && major === OLDEST[0] && minor >= (OLDEST[1] ?? 0)) {
      return name;
    }
  }
  return undefined;
}

/** Where PyTorch's own index can be reached, its build without CUDA wins: its version, 1.2.3+cpu, sorts higher. */
async function cpuWheels() {
  if (process.platform !== 'linux') {
    return [];
  }
  try {
    const answer = await fetch(`${CPU_WHEELS}/torch/`, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
    return answer.ok ? ['--extra-index-url', CPU_WHEELS] : [];
  } catch {
    console.log(`  ${CPU_WHEELS} cannot be reached; PyTorch comes from where pip is set up to look.`);
    return [];
  }
}
