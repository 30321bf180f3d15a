import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../shared/errorCode.js';

const OWNER_ALONE = 0o600;

/** Where a process that holds a model is found, and how it is known again. */
export interface ProcessRecord {
  /** Of its files. */
  readonly name: string;
  readonly pid: number;
  /** Path of a socket or name of a pipe. */
  readonly address: string;
  /** 32 bytes as hexadecimal digits. */
  readonly secret: string;
}

/** The process that serves `key`; undefined where none says so. It may have ended since. */
export function readRecord(folder: string, key: string): ProcessRecord | undefined {
  return parse(recordFile(folder, key));
}

/**
 * Says that a process serves `key`. Of several that try, one succeeds.
 *
 * @returns whether it did
 */
export function publishRecord(folder: string, key: string, record: ProcessRecord): boolean {
  const written = aside(folder, key);
  writeFileSync(written, JSON.stringify(record), { mode: OWNER_ALONE, flag: 'wx' });
  try {
    linkSync(written, recordFile(folder, key));
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(written, { force: true });
  }
}

/** Takes the record of the process `name` away, and none that another has published meanwhile. */
export function withdrawRecord(folder: string, key: string, name: string): void {
  if (readRecord(folder, key)?.name !== name) return;
  const taken = aside(folder, key);
  try {
    renameSync(recordFile(folder, key), taken);
  } catch {
    return; // somebody else was quicker
  }
  try {
    if (parse(taken)?.name !== name) linkSync(taken, recordFile(folder, key));
  } catch {
    // A third one stands there by now, and the other is found by nobody: it ends when its windows do.
  } finally {
    rmSync(taken, { force: true });
  }
}

function parse(file: string): ProcessRecord | undefined {
  try {
    const { name, pid, address, secret } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessRecord>;
    const isWhole =
      /^[\da-f]{12}$/u.test(name ?? '') &&
      Number.isSafeInteger(pid) &&
      typeof address === 'string' &&
      /^[\da-f]{64}$/u.test(secret ?? '');
    return isWhole ? ({ name, pid, address, secret } as ProcessRecord) : undefined;
  } catch {
    return undefined;
  }
}

function recordFile(folder: string, key: string): string {
  return path.join(folder, `${key}.json`);
}

function aside(folder: string, key: string): string {
  return path.join(folder, `${key}.${randomBytes(6).toString('hex')}`);
}
