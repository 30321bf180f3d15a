import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type ErrorCode, InfillError } from '../../shared/infillError.js';
import { visibleLine } from '../../shared/visibleText.js';

/** Who gave a name, for the message where it is refused. */
export interface NameOrigin {
  /** What is wrong then: a damaged file, something that the hub sent, or a request of the person. */
  readonly code: ErrorCode;
  /** Begins the sentence, for example the path of the manifest that names the file. */
  readonly who: string;
  readonly remedy: string;
}

/** Bytes in UTF-8. File systems take 255; what is made of a name (`NAME.part`) must fit too. */
const LONGEST = 200;
/** Names that Windows gives to devices, whatever follows a dot. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3])\s*(?:\.|$)/i;

/**
 * The absolute path of the file (or folder) `name` in `folder`, whether it is there or not. Every name from outside (the hub, a
 * manifest, a list of weight files, a person) becomes a path here and nowhere else.
 *
 * Throws InfillError with the code and remedy of `origin` where the name is no plain one on every system, or where something is
 * there that is neither a plain file (a folder, if one is wanted) nor a link to one in the same folder. Links of the hub's own cache,
 * `snapshots/COMMIT/NAME -> ../../blobs/HASH`, stay within the folder of their repository and are taken.
 */
export async function pathInside(
  folder: string,
  name: string,
  origin: NameOrigin,
  kind: 'file' | 'folder' = 'file',
): Promise<string> {
  const problem = nameProblem(name);
  if (problem !== undefined) {
    throw refused(origin, `names "${shown(name)}", which ${problem}`);
  }
  const place = path.join(path.resolve(folder), name);
  const found = await lstat(place).catch(() => undefined);
  if (found === undefined) {
    return place;
  }
  const isLink = found.isSymbolicLink();
  const target = isLink ? await realpath(place).catch(() => undefined) : place;
  if (target === undefined || (isLink && !isBelow(target, await realpath(boundary(folder))))) {
    throw refused(origin, `names "${shown(name)}", but ${place} is a link that leads out of its folder`);
  }
  const real = isLink ? await lstat(target) : found;
  if (!(kind === 'file' ? real.isFile() : real.isDirectory())) {
    throw refused(origin, `names "${shown(name)}", but ${place} is no ${kind === 'file' ? 'plain file' : 'folder'}`);
  }
  return place;
}

/** Why `name` cannot be that of a file or folder on every system, as the end of a sentence that begins with "which"; undefined = it can. */
export function nameProblem(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..' || /[/\\:]/.test(name)) {
    return 'is no plain file name';
  }
  if (/[<>"|?*]|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) {
    return 'holds characters that file names cannot have everywhere';
  }
  if (/^ |[. ]$/.test(name)) {
    return 'begins or ends with a blank or a dot that some systems drop';
  }
  if (DEVICE.test(name)) {
    return 'is the name of a device on Windows';
  }
  return Buffer.byteLength(name) > LONGEST ? `is longer than ${LONGEST} bytes` : undefined;
}

/** What a link may lead to: the folder, or in the hub's own cache the folder of the repository. */
function boundary(folder: string): string {
  const resolved = path.resolve(folder);
  const snapshots = path.dirname(resolved);
  const isSnapshot = path.basename(snapshots) === 'snapshots' && /^[0-9a-f]{40}$/.test(path.basename(resolved));
  return isSnapshot ? path.dirname(snapshots) : resolved;
}

function isBelow(target: string, folder: string): boolean {
  const way = path.relative(folder, target);
  return way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** Endless names are cut. */
function shown(name: string): string {
  return visibleLine(name.length > 80 ? `${name.slice(0, 80)}...` : name);
}

function refused({ code, who, remedy }: NameOrigin, why: string): InfillError {
  return new InfillError(code, `${who} ${why}.`, remedy);
}
