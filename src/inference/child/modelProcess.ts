import { randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { ProjectIndex } from '../../engine/project/projectIndex.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';
import { admit } from '../link/handshake.js';
import { Link } from '../link/link.js';
import type { FromProcess, ToProcess } from '../link/linkProtocol.js';
import { connectLocally, listenLocally } from '../link/localSocket.js';
import type { ProcessFiles } from '../link/processFiles.js';
import { publishRecord, readRecord, withdrawRecord } from '../link/record.js';
import { type LoadedModel, SharedModel } from './sharedModel.js';
import { SignsOfLife } from './signsOfLife.js';
import { Turns } from './turns.js';
import { WorkerServer } from './workerServer.js';

const SECRET = 32;
/** A window that is loaded anew comes back within this time, and finds its model. */
const LINGER_MS = 10_000;
/** Whoever started the process comes, even on a busy machine. */
const FIRST_MS = 60_000;
/** Beats of a second, so that the time does not pass while this process is busy. */
const HANDSHAKE_BEATS = 20;
/** Nobody who does not know the secret may hold more connections than this. */
const STRANGERS = 32;

export interface ModelProcessParts {
  readonly files: ProcessFiles;
  /** See processKey.ts. */
  readonly key: string;
  readonly load: (runtime: RuntimeOptions) => Promise<LoadedModel>;
  readonly exit: () => void;
}

/** Holds one model for all windows of a person. Each has its own index of texts; their requests take turns. */
export class ModelProcess {
  readonly #turns = new Turns();
  readonly #model: SharedModel;
  readonly #signs: SignsOfLife;
  readonly #windows = new Set<WorkerServer>();
  #strangers = 0;
  #alone: NodeJS.Timeout | undefined;

  constructor(private readonly parts: ModelProcessParts) {
    const { folder, markPrefix, signs } = parts.files;
    this.#model = new SharedModel(parts.load);
    this.#signs = new SignsOfLife({ fd: openSync(signs, 'w', 0o600), folder, markPrefix });
  }

  /** Begins to serve, unless another process serves the same already: then this one ends. */
  async serve(): Promise<void> {
    const { files, key } = this.parts;
    const { address } = files;
    const secret = randomBytes(SECRET);
    await listenLocally(address, (stream) => void this.#admit(stream, secret));
    const record = { name: files.name, pid: process.pid, address, secret: secret.toString('hex') };
    while (!publishRecord(files.folder, key, record)) {
      const other = readRecord(files.folder, key);
      if (other !== undefined && (await answers(other.address))) {
        this.end();
        return;
      }
      if (other !== undefined) withdrawRecord(files.folder, key, other.name);
    }
    this.#endUnlessJoined(FIRST_MS);
  }

  end(): void {
    const { files, key } = this.parts;
    withdrawRecord(files.folder, key, files.name); // first, so that nobody comes any more
    files.remove();
    this.parts.exit();
  }

  async #admit(stream: Duplex, secret: Buffer): Promise<void> {
    stream.on('error', () => undefined); // `close` follows
    if (this.#strangers >= STRANGERS) {
      stream.destroy();
      return;
    }
    this.#strangers++;
    let beats = 0;
    const limit = setInterval(() => ++beats > HANDSHAKE_BEATS && stream.destroy(), 1000);
    try {
      await admit(stream, secret);
      this.#welcome(stream);
    } catch {
      stream.destroy();
    } finally {
      this.#strangers--;
      clearInterval(limit);
    }
  }

  #welcome(stream: Duplex): void {
    clearTimeout(this.#alone);
    let isLeaving = false;
    const index = new ProjectIndex();
    const link = new Link<FromProcess, ToProcess>(stream, {
      onMessage: (message) => {
        if (message.type === 'leave') {
          isLeaving = true;
          link.close();
        } else {
          server.receive(message);
        }
      },
      onClose: () => {
        this.#windows.delete(server);
        server.close();
        if (this.#windows.size === 0) this.#endUnlessJoined(isLeaving ? 0 : LINGER_MS);
      },
    });
    const server = new WorkerServer({
      send: (message) => link.send(message),
      load: (runtime) => this.#model.of(runtime, index),
      index,
      signs: this.#signs,
      shared: {
        turns: this.#turns,
        onBegun: (id) => link.send({ type: 'begun', id }),
        isLoading: () => this.#model.isLoading,
        windows: () => this.#windows.size,
      },
    });
    this.#windows.add(server);
  }

  #endUnlessJoined(ms: number): void {
    clearTimeout(this.#alone);
    if (ms === 0) this.end();
    else this.#alone = setTimeout(() => this.end(), ms);
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    (await connectLocally(address)).destroy();
    return true;
  } catch {
    return false;
  }
}
