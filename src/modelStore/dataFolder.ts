import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Where Infill keeps what belongs to a person rather than to an installation: added models, the command line's default model, and
 * measured speeds. The editor and the command line use the same folder, so a model that is added in one appears in the other.
 * `INFILL_HOME` names another one; otherwise it is where the system keeps such data (XDG base directories, Known Folders).
 */
export function dataFolder(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const chosen = env['INFILL_HOME'] ?? '';
  if (chosen !== '') {
    return path.resolve(chosen);
  }
  switch (platform) {
    case 'win32':
      return path.join(absolute(env['LOCALAPPDATA']) ?? path.join(home, 'AppData', 'Local'), 'Infill');
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'Infill');
    default:
      return path.join(absolute(env['XDG_DATA_HOME']) ?? path.join(home, '.local', 'share'), 'infill');
  }
}

/** The XDG specification: a relative path in such a variable is to be ignored. */
function absolute(folder: string | undefined): string | undefined {
  return folder !== undefined && path.isAbsolute(folder) ? folder : undefined;
}
