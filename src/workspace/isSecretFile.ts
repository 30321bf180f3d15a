import picomatch from 'picomatch';
import { SECRET_FILES } from './secretFiles.js';

// Without regard to case, as for the setting: on Windows and macOS `.ENV` is `.env`.
const matches = picomatch([...SECRET_FILES], { dot: true, nocase: true });

/**
 * Whether a file usually holds secrets.
 *
 * @param paths the same file written in several ways: absolute, below its workspace folder; separators are `/`
 */
export function isSecretFile(...paths: readonly string[]): boolean {
  return paths.some((path) => matches(path));
}
