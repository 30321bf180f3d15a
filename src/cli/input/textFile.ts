import { readFile } from 'node:fs/promises';
import { FileChangedError, replaceFile } from '../../modelStore/files/replaceFile.js';
import { errorCode } from '../../shared/errorCode.js';
import { InfillError } from '../../shared/infillError.js';

/** A file's text without its byte order mark, which is kept aside for writing back. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  readonly hasByteOrderMark: boolean;
}

const BYTE_ORDER_MARK = '\uFEFF';
/** A file larger than this is no source text, and V8's strings end not far above it. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Reads a UTF-8 file. Missing, binary and otherwise encoded files are errors that say so. */
export async function readTextFile(path: string): Promise<TextFile> {
  const bytes = await readBytes(path);
  if (bytes.length > MAX_BYTES) {
    throw invalid(path, 'is larger than 256 MiB', 'Choose a smaller file.');
  }
  const encoding = otherEncoding(bytes);
  if (encoding !== undefined) {
    throw invalid(path, `is ${encoding}`, 'Save it as UTF-8 first.');
  }
  if (bytes.includes(0)) {
    throw invalid(path, 'is a binary file', 'Choose a text file.');
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const bad = invalidOffset(text, bytes);
  if (bad !== undefined) {
    const line = text.slice(0, bad).split(/\r\n|\r|\n/).length;
    throw invalid(path, `is not UTF-8 (the first wrong byte is in line ${line})`, 'Save it as UTF-8 first.');
  }
  const hasByteOrderMark = text.startsWith(BYTE_ORDER_MARK);
  return { path, text: hasByteOrderMark ? text.slice(1) : text, hasByteOrderMark };
}

/**
 * Writes other text to a file that was read, with a byte order mark if it had one. The file is replaced as a whole, and only
 * if it still holds what was read. Throws InfillError; then it is as it was, unless the message says otherwise.
 */
export async function writeTextFile(file: TextFile, text: string): Promise<void> {
  const { path } = file;
  try {
    await replaceFile(path, bytesOf(file, text), bytesOf(file, file.text));
  } catch (error) {
    if (error instanceof FileChangedError) {
      throw invalid(
        path,
        'was changed since it was read, so nothing was written to it',
        'Run the command again.',
        error,
      );
    }
    throw invalid(path, `cannot be written: ${messageOf(error)}`, remedyFor(error), error);
  }
}

/** What a file with this text holds. Of the text that was read it is what was read: other encodings are refused. */
function bytesOf({ hasByteOrderMark }: TextFile, text: string): Buffer {
  return Buffer.from(hasByteOrderMark ? BYTE_ORDER_MARK + text : text);
}

function remedyFor(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'It is as it was. Make room, then run the command again.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'It is as it was. Check its permissions and those of its folder, where the new text is written first.';
    default:
      return '';
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    switch (errorCode(error)) {
      case 'ENOENT':
        throw invalid(path, 'does not exist', 'Check the path.', error);
      case 'EISDIR':
        throw invalid(path, 'is a folder', 'Name a file in it.', error);
      default:
        throw invalid(path, `cannot be read: ${messageOf(error)}`, 'Check the path and its permissions.', error);
    }
  }
}

function otherEncoding(bytes: Buffer): string | undefined {
  switch (bytes.length < 2 ? undefined : bytes.readUInt16BE(0)) {
    case 0xfffe:
      return 'UTF-16 (little-endian)';
    case 0xfeff:
      return 'UTF-16 (big-endian)';
    default:
      return undefined;
  }
}

/** Where in `text` the first replacement character stands that is not in the bytes. */
function invalidOffset(text: string, bytes: Buffer): number | undefined {
  let offset = 0;
  let at = 0;
  for (let next = text.indexOf('\uFFFD'); next !== -1; next = text.indexOf('\uFFFD', next + 1)) {
    offset += Buffer.byteLength(text.slice(at, next)); // up to here all bytes were valid
    if (bytes.subarray(offset, offset + 3).toString('latin1') !== '\xEF\xBF\xBD') {
      return next;
    }
    at = next;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function invalid(path: string, what: string, remedy: string, cause?: unknown): InfillError {
  return new InfillError('invalid-request', `The file ${path} ${what}.`, remedy, { cause });
}
