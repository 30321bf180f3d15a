import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';
export const REPOSITORY = 'some-owner/Some-Model';
/** Another name of the same commit. */
export const TAG = 'v2';

/** What the server does wrong, changed by tests while it runs. */
export interface Faults {
  /** Files whose next transfers break after so many bytes; each entry is used up once. */
  breakAfter: { path: string; bytes: number }[];
  /** Files that are sent with their first byte changed. */
  damaged: Set<string>;
  /** Files that the list names but that are not there. */
  gone: Set<string>;
  /** Every request needs this token. */
  token: string | undefined;
  ignoresRanges: boolean;
  /** Sends this file only up to here and then nothing, without an end. */
  stallAt: { path: string; bytes: number } | undefined;
  /** Answers instead of the server itself where it answers at all. */
  hub: Answer | undefined;
  storage: Answer | undefined;
}

/** True = it has answered, or will. `address` is what was asked, less the query. */
export type Answer = (address: string, response: ServerResponse, request: IncomingMessage) => boolean;

/**
 * A server that speaks as much of the hub's interface as downloads need: model info, list of files, and files with byte ranges.
 * Large files are kept at another address (another port), to which the hub redirects, as the real one does.
 */
export class HubServer {
  readonly faults: Faults = {
    breakAfter: [],
    damaged: new Set(),
    gone: new Set(),
    token: undefined,
    ignoresRanges: false,
    stallAt: undefined,
    hub: undefined,
    storage: undefined,
  };
  /** Every request, in order. */
  readonly requests: {
    url: string;
    range: string | undefined;
    authorization: string | undefined;
    headers: IncomingHttpHeaders;
    isStorage: boolean;
  }[] = [];
  #port = 0;
  readonly #hub: Server;
  readonly #storage: Server;

  private constructor(private readonly files: ReadonlyMap<string, { content: Buffer; isLarge: boolean }>) {
    this.#hub = createServer((request, response) => this.#answer(request, response, false));
    this.#storage = createServer((request, response) => this.#answer(request, response, true));
  }

  static async start(files: ReadonlyMap<string, { content: Buffer; isLarge: boolean }>): Promise<HubServer> {
    const server = new HubServer(files);
    server.#hub.listen(0, '127.0.0.1');
    server.#storage.listen(0, '127.0.0.1');
    await Promise.all([once(server.#hub, 'listening'), once(server.#storage, 'listening')]);
    assert.notEqual(server.url, 'http://127.0.0.1:0');
    return server;
  }

  /** Also after the server has closed. */
  get url(): string {
    const address = this.#hub.address() as AddressInfo | null;
    this.#port = address?.port ?? this.#port;
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Where large files are kept: another origin than the hub's. */
  get storageUrl(): string {
    return `http://127.0.0.1:${(this.#storage.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const server of [this.#hub, this.#storage]) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** Ranges asked for of one file at its storage, in order; `undefined` = all of it. Parts that end before the file does are looks at it. */
  rangesOf(path: string): (string | undefined)[] {
    const length = this.files.get(path)?.content.length ?? 0;
    return this.requests
      .filter(({ url, isStorage }) => isStorage && url === `/${path}`)
      .map(({ range }) => range)
      .filter((range) => range === undefined || Number(/-(\d+)$/.exec(range)?.[1]) === length - 1);
  }

  #answer(request: IncomingMessage, response: ServerResponse, isStorage: boolean): void {
    const url = request.url ?? '';
    const { authorization, range } = request.headers;
    this.requests.push({ url, range, authorization, headers: request.headers, isStorage });
    const own = isStorage ? this.faults.storage : this.faults.hub;
    if (own?.(new URL(url, this.url).pathname, response, request) === true) {
      return;
    }
    if (isStorage) {
      this.#send(decodeURIComponent(url.slice(1)), range, response);
      return;
    }
    if (this.faults.token !== undefined && authorization !== `Bearer ${this.faults.token}`) {
      json(response, 401, { error: 'Invalid username or password.' });
      return;
    }
    const { pathname } = new URL(url, this.url);
    if (['main', TAG].some((name) => pathname === `/api/models/${REPOSITORY}/revision/${name}`)) {
      json(response, 200, { _id: '1', id: REPOSITORY, sha: COMMIT, tags: ['diffusion', 'license:apache-2.0'] });
    } else if (pathname === `/api/models/${REPOSITORY}/tree/${COMMIT}`) {
      json(
        response,
        200,
        [...this.files].map(([path, file]) => listEntry(path, file)),
      );
    } else if (pathname.startsWith(`/${REPOSITORY}/resolve/${COMMIT}/`)) {
      this.#resolve(pathname.slice(`/${REPOSITORY}/resolve/${COMMIT}/`.length), response);
    } else {
      json(response, 404, { error: 'Repository not found' });
    }
  }

  #resolve(path: string, response: ServerResponse): void {
    if (!this.files.has(path) || this.faults.gone.has(path)) {
      response.setHeader('X-Error-Code', 'EntryNotFound');
      json(response, 404, { error: 'Entry not found' });
      return;
    }
    response.writeHead(302, { location: `${this.storageUrl}/${path}` }).end();
  }

  #send(path: string, range: string | undefined, response: ServerResponse): void {
    const content = Buffer.from(this.files.get(path)?.content ?? Buffer.alloc(0));
    if (this.faults.damaged.has(path)) {
      content[0] = (content[0] ?? 0) ^ 1;
    }
    const [, from = '0', to = String(content.length - 1)] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    const isProbe = range === 'bytes=0-0';
    const isPart = range !== undefined && (isProbe || !this.faults.ignoresRanges);
    const body = isPart ? content.subarray(Number(from), Number(to) + 1) : content;
    response.writeHead(isPart ? 206 : 200, {
      'content-length': body.length,
      etag: `"${createHash('md5').update(content).digest('hex')}"`,
      ...(isPart ? { 'content-range': `bytes ${from}-${to}/${content.length}` } : {}),
    });
    // Headers of weights are read by parts that end early; what goes wrong with transfers goes wrong with whole files and rests of them.
    const isLook = isProbe || Number(to) < content.length - 1;
    const broken = isLook ? -1 : this.faults.breakAfter.findIndex((fault) => fault.path === path);
    const stall = this.faults.stallAt;
    if (broken >= 0) {
      const [fault] = this.faults.breakAfter.splice(broken, 1);
      response.write(body.subarray(0, fault?.bytes ?? 0), () => setTimeout(() => response.destroy(), 20));
    } else if (!isLook && stall?.path === path && stall.bytes < body.length) {
      response.write(body.subarray(0, stall.bytes));
    } else {
      response.end(body);
    }
  }
}

/** As the real hub lists files: git's id of the file, or of the pointer to a large one with the SHA-256 of its content. */
export function listEntry(path: string, { content, isLarge }: { content: Buffer; isLarge: boolean }): object {
  const gitId = (bytes: Buffer): string =>
    createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  if (!isLarge) {
    return { type: 'file', path, size: content.length, oid: gitId(content) };
  }
  const oid = createHash('sha256').update(content).digest('hex');
  const pointer = Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`,
  );
  const lfs = { oid, size: content.length, pointerSize: pointer.length };
  return { type: 'file', path, size: content.length, oid: gitId(pointer), lfs };
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
