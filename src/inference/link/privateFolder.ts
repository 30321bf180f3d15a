import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCode } from '../../shared/errorCode.js';

/** Bytes of a socket's path on the system that has the least room for it: macOS, where one of 104 closes it. */
const LONGEST_PATH = 103;
/** What the longest name in the folder takes, with its separator. */
const LONGEST_NAME = '/0123456789ab.sock'.length;
const OWNER_ALONE = 0o700;
const OTHERS = 0o077;

/**
 * The folder in which a person's windows meet: made where it is missing, and readable to nobody else.
 *
 * @throws Error, with a reason for the log, where there is no such folder
 */
export function privateFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] ?? '';
    if (!path.isAbsolute(local)) throw new Error('LOCALAPPDATA names no folder');
    const folder = path.join(local, 'Infill', 'run'); // a profile is its owner's alone
    mkdirSync(folder, { recursive: true });
    return folder;
  }
  const uid = process.getuid?.() ?? -1;
  const folder = chosenFolder(env['XDG_RUNTIME_DIR'] ?? '', uid);
  try {
    mkdirSync(folder, { mode: OWNER_ALONE });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  // What stood there already may be anybody's, and a link may lead anywhere.
  const found = lstatSync(folder);
  if (!found.isDirectory()) throw new Error(`${folder} is no folder`);
  if (found.uid !== uid) throw new Error(`${folder} belongs to somebody else`);
  if ((found.mode & OTHERS) !== 0) throw new Error(`others may enter ${folder}`);
  return folder;
}

function chosenFolder(runtime: string, uid: number): string {
  const wanted =
    path.isAbsolute(runtime) && existsSync(runtime)
      ? path.join(runtime, 'infill')
      : path.join(tmpdir(), `infill-${uid}`);
  const isShort = Buffer.byteLength(wanted) + LONGEST_NAME <= LONGEST_PATH;
  return isShort ? wanted : `/tmp/infill-${uid}`;
}
