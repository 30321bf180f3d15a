import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FoundMiddle, ProjectPlace, ProjectTexts } from '../../engine/project/foundMiddle.js';
import { PROJECT_LIMIT, ProjectIndex } from '../../engine/project/projectIndex.js';
import type { ProjectDocument } from '../../shared/projectDocument.js';
import { readWorkspace, uriOfFile, type WorkspaceFiles } from '../input/workspaceFiles.js';

/** Milliseconds of indexing between two looks at whether the command was interrupted. */
const SLICE_MS = 50;

/** A text that is asked about, and the workspace that it belongs to. */
export interface WorkspaceText {
  /** Absolute. */
  readonly folder: string;
  /** Of the document, absolute or below the folder; absent = it is none of the folder's. */
  readonly path?: string;
  /** The whole text without what is to be filled in. */
  readonly text: string;
  readonly languageId: string;
}

interface Workspace {
  readonly index: ProjectIndex;
  readonly files: ReadonlyMap<string, ProjectDocument>;
}

/** Workspace folders, each read once: what stands in a folder later is not seen. */
export class Workspaces implements ProjectTexts {
  private readonly opened = new Map<string, Workspace>();
  private current: ProjectIndex | undefined;

  constructor(private readonly signal: AbortSignal) {}

  find(place: ProjectPlace, most: number): readonly FoundMiddle[] {
    return this.current?.find(place, most) ?? [];
  }

  /**
   * Lets `ask` draw on a workspace, in which `text` stands instead of the document's file.
   *
   * @param ask is given the document's uri for its request; one at a time
   * @throws InfillError where there is no such folder
   */
  async drawOn<T>(
    { folder, path: named, text, languageId }: WorkspaceText,
    ask: (uri: string) => Promise<T>,
  ): Promise<T> {
    const file = named === undefined ? undefined : path.resolve(folder, named);
    const { index, files } = await this.open(folder, file);
    const uri = file === undefined ? 'untitled:cursor' : uriOfFile(file);
    const name = file === undefined ? '' : path.relative(folder, file).replaceAll('\\', '/');
    index.replace([{ uri, path: name, languageId, text }]);
    await finish(index, this.signal);
    this.current = index;
    try {
      return await ask(uri);
    } finally {
      this.current = undefined;
      const own = files.get(uri);
      if (own === undefined) index.remove([uri]);
      else index.replace([own]);
    }
  }

  private async open(folder: string, near: string | undefined): Promise<Workspace> {
    const known = this.opened.get(folder);
    if (known !== undefined) return known;
    const { documents } = await readWorkspace(folder, {
      limit: PROJECT_LIMIT,
      signal: this.signal,
      ...(near === undefined ? {} : { near }),
    });
    const index = new ProjectIndex();
    index.replace(documents);
    const opened = { index, files: new Map(documents.map((document) => [document.uri, document])) };
    this.opened.set(folder, opened);
    return opened;
  }
}

/** A folder's texts, and how long it took to read and to index them. */
export interface IndexedFolder extends WorkspaceFiles {
  /** Absolute. */
  readonly folder: string;
  readonly index: ProjectIndex;
  readonly ms: { readonly read: number; readonly index: number };
}

/** Reads a folder and indexes it. */
export async function indexFolder(folder: string, signal: AbortSignal): Promise<IndexedFolder> {
  const begun = performance.now();
  const files = await readWorkspace(folder, { limit: PROJECT_LIMIT, signal });
  const read = performance.now();
  const index = new ProjectIndex();
  index.replace(files.documents);
  await finish(index, signal);
  return { ...files, folder, index, ms: { read: read - begun, index: performance.now() - read } };
}

async function finish(index: ProjectIndex, signal: AbortSignal): Promise<void> {
  while (index.work(SLICE_MS)) {
    signal.throwIfAborted();
    await nextTurn();
  }
}
