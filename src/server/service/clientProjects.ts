import { randomUUID } from 'node:crypto';
import type { Engine } from '../../engine/engine.js';
import { ProjectIndex } from '../../engine/project/projectIndex.js';
import { ProjectWork } from '../../engine/project/projectWork.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ProjectChange } from '../../shared/protocol.js';
import type { Client } from '../turns/turnOrder.js';

/** What is kept of the clients' texts. */
export interface ProjectLimits {
  /** UTF-16 units of text of one client, and of all together. */
  readonly projectUnits: number;
  readonly projectsUnits: number;
  /** Documents of one client. */
  readonly projectDocuments: number;
  /** Clients that have texts here. */
  readonly projectClients: number;
  /** Milliseconds without a request of the client after which its texts are forgotten. */
  readonly projectIdleMs: number;
}

interface ClientProject {
  /** Another one each time that a client's texts begin anew: by it the client sees that they were forgotten. */
  readonly id: string;
  /** See `Client`. */
  readonly address: string;
  readonly index: ProjectIndex;
  readonly engine: Engine;
  readonly work: ProjectWork;
  usedAt: number;
}

/**
 * The texts that clients have given, each with an index of its own: nothing of one client's is ever found for another. They are in memory
 * alone. Where there are too many, those go of the machine that has most, and of its clients the one that has asked for nothing for longest: nobody
 * loses theirs to one that takes many names.
 */
export class ClientProjects {
  /** The one that was used longest ago first. */
  readonly #projects = new Map<string, ClientProject>();
  #idle: NodeJS.Timeout | undefined;

  /** @param isBusy whether a request computes: indexing waits for it */
  constructor(
    private readonly engine: Engine,
    private readonly limits: ProjectLimits,
    private readonly isBusy: () => boolean,
  ) {}

  /** How many clients have texts here, and their UTF-16 units together. */
  get held(): { readonly clients: number; readonly units: number } {
    const units = [...this.#projects.values()].reduce((sum, { index }) => sum + index.taken, 0);
    return { clients: this.#projects.size, units };
  }

  /** What a client's requests are answered with: its own texts if it has given any. */
  of(client: Client): { readonly engine: Engine; readonly id?: string } {
    const project = this.#use(client);
    return project === undefined ? { engine: this.engine } : project;
  }

  /** Undefined where nothing is known of the client's texts. */
  stats(client: Client): { readonly project: string; readonly stats: ProjectStats } | undefined {
    const project = this.#use(client);
    return project && { project: project.id, stats: project.index.stats };
  }

  /** Takes a client's texts in. @returns by which the client knows them again */
  change(client: Client, { limit, replace, ...change }: ProjectChange): string {
    const project = this.#use(client) ?? this.#open(client);
    const { index, work, id } = project;
    const { projectUnits, projectDocuments, projectsUnits, projectClients } = this.limits;
    work.change({ ...change, ...(limit === undefined ? {} : { limit: Math.min(limit, projectUnits) }) });
    let room = Math.max(0, projectDocuments - index.size);
    const taken = replace?.filter(({ uri }) => index.has(uri) || room-- > 0) ?? [];
    if (taken.length > 0) work.change({ replace: taken });
    while (this.#projects.size > projectClients && this.#forgetOne(project, () => 1));
    while (this.held.units > projectsUnits && this.#forgetOne(project, ({ index: { taken } }) => taken));
    return id;
  }

  /** To be called whenever a request has ended. */
  resume(): void {
    for (const { work } of this.#projects.values()) work.resume();
  }

  close(): void {
    clearTimeout(this.#idle);
    for (const [key, project] of this.#projects) this.#forget(key, project);
  }

  #open(client: Client): ClientProject {
    const index = new ProjectIndex({ limit: this.limits.projectUnits });
    const project: ClientProject = {
      id: randomUUID(),
      address: client.address,
      index,
      engine: this.engine.forProject(index),
      work: new ProjectWork({ index, isBusy: this.isBusy, tell: () => undefined }), // who wants to know asks
      usedAt: performance.now(),
    };
    this.#projects.set(keyOf(client), project);
    this.#forgetIdle();
    return project;
  }

  /**
   * Forgets a project of the machine that has most.
   *
   * @param kept the one that stays
   * @returns whether there was one
   */
  #forgetOne(kept: ClientProject, size: (project: ClientProject) => number): boolean {
    const sizes = new Map<string, number>();
    for (const project of this.#projects.values()) {
      sizes.set(project.address, (sizes.get(project.address) ?? 0) + size(project));
    }
    const others = [...this.#projects].filter(([, project]) => project !== kept);
    const most = Math.max(...others.map(([, { address }]) => sizes.get(address) ?? 0));
    const [key, project] = others.find(([, { address }]) => sizes.get(address) === most) ?? [];
    if (key === undefined || project === undefined) return false;
    this.#forget(key, project);
    return true;
  }

  #use(client: Client): ClientProject | undefined {
    const key = keyOf(client);
    const project = this.#projects.get(key);
    if (project === undefined) return undefined;
    project.usedAt = performance.now();
    this.#projects.delete(key);
    this.#projects.set(key, project);
    return project;
  }

  #forget(key: string, { work }: ClientProject): void {
    this.#projects.delete(key);
    work.change({ clear: true }); // an answer that is under way draws on no text any more
  }

  /** Wakes up when the next one may be idle for too long, and not at all where there is none. */
  #forgetIdle(): void {
    clearTimeout(this.#idle);
    const { projectIdleMs } = this.limits;
    for (const [key, project] of this.#projects) {
      const left = project.usedAt + projectIdleMs - performance.now();
      if (left > 0) {
        this.#idle = setTimeout(() => this.#forgetIdle(), left).unref();
        return;
      }
      this.#forget(key, project);
    }
  }
}

function keyOf({ address, key }: Client): string {
  return `${address}\n${key}`;
}
