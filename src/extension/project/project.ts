import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/client.js';
import type { InfillService } from '../../inference/host/infillService.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import { holdsOwnText } from '../editor/eligibility.js';
import { notebookOf } from '../editor/notebookCells.js';
import { onProjectSettingsChanged, readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { EditWatch } from './editWatch.js';
import { sourceOf, sourcesOfTab } from './openSources.js';
import { ProjectFeed, type TextChange } from './projectFeed.js';
import { front, ProjectSource } from './projectSource.js';
import type { ProjectView } from './projectView.js';

/** A pause between two batches in any case, so that the extension host has time for others. */
const PAUSE_MS = 10;
/** After a key nothing is read for so long. */
const AFTER_KEY_MS = 300;
const IGNORE_FILE = '/.gitignore';

export interface ProjectParts {
  readonly service: Pick<InfillService, 'state' | 'feedProject'>;
  readonly exclusion: FileExclusion;
  readonly onState: vscode.Event<WorkerState>;
  readonly onStats: vscode.Event<ProjectStats>;
}

/**
 * `gone`: a text is, or may be, no part of the project any more. `new`: others than the one in front have changed; `returned`: they have,
 * and a person goes on in another one than before.
 */
export type ProjectNews = TextChange | 'returned';

/** Feeds the texts of the workspace to the inference process, and follows what becomes of them. */
export class Project implements vscode.Disposable {
  private readonly source: ProjectSource;
  private readonly feed: ProjectFeed;
  /** What was changed lately. */
  readonly edits: EditWatch;
  private readonly news = new vscode.EventEmitter<ProjectNews>();
  private readonly subscriptions: vscode.Disposable[];
  private stats: ProjectStats | undefined;
  private isLoaded = false;
  private lastKeyAt = -Infinity;
  /** What has changed since answers of before were last said to hold no more. */
  private changed = new Set<string>();
  private isIndexBehind = false;
  /** Since another document came to the front. */
  private hasNews = false;

  /** Another text than that in front has changed or is gone: what was answered before may hold no more. */
  readonly onChange = this.news.event;

  constructor(private readonly parts: ProjectParts) {
    this.source = new ProjectSource(parts.exclusion);
    this.feed = new ProjectFeed({
      source: this.source,
      send: (change) => parts.service.feedProject(change),
      calm: () => this.calm(),
      onChange: (sources, how) => this.textsChanged(sources, how),
    });
    this.edits = new EditWatch((document) => this.source.takesPart(document));
    this.subscriptions = [
      parts.onState(() => this.stateChanged()),
      parts.onStats((stats) => this.indexed(stats)),
      ...this.followDocuments(),
      ...this.followFiles(),
      ...this.followRules(),
    ];
    this.stateChanged();
  }

  get view(): ProjectView {
    return { mode: readSettings().project, stats: this.stats, progress: this.feed.progress };
  }

  dispose(): void {
    this.feed.end();
    this.edits.dispose();
    vscode.Disposable.from(...this.subscriptions, this.news).dispose();
  }

  private followDocuments(): vscode.Disposable[] {
    const { workspace, window } = vscode;
    const touch = (document: vscode.TextDocument): void => {
      if (hasOwnText((notebookOf(document) ?? document).uri)) this.feed.touch(sourceOf(document), true);
    };
    return [
      workspace.onDidOpenTextDocument(touch),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          if (document === window.activeTextEditor?.document) this.lastKeyAt = performance.now();
          touch(document);
        }
      }),
      // Its file counts from now on, which may not have what was never saved.
      workspace.onDidCloseTextDocument(touch),
      workspace.onDidOpenNotebookDocument(({ uri }) => this.feed.touch(uri.toString(), true)),
      workspace.onDidChangeNotebookDocument(({ notebook }) => this.feed.touch(notebook.uri.toString(), true)),
      workspace.onDidCloseNotebookDocument(({ uri }) => this.feed.touch(uri.toString(), true)),
      // Of what is no file of the workspace only that which is open counts, and a closed document lives on for a while.
      window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        for (const source of [...opened, ...closed].flatMap(sourcesOfTab)) {
          if (hasOwnText(vscode.Uri.parse(source))) this.feed.touch(source, true);
        }
      }),
      window.onDidChangeActiveTextEditor(() => {
        this.feed.orderAnew();
        this.tellNews();
        if (this.hasNews) {
          this.hasNews = false;
          this.news.fire('returned');
        }
      }),
    ];
  }

  private followFiles(): vscode.Disposable[] {
    const { workspace } = vscode;
    const watcher = workspace.createFileSystemWatcher('**/*');
    return [
      watcher,
      watcher.onDidCreate((uri) => void this.appeared(uri)),
      watcher.onDidChange((uri) => this.written(uri)),
      watcher.onDidDelete((uri) => this.gone(uri)),
      // The watcher tells of these too, but later.
      workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => this.gone(uri))),
      workspace.onDidRenameFiles(({ files }) =>
        files.forEach(({ oldUri, newUri }) => {
          this.gone(oldUri);
          void this.appeared(newUri);
        }),
      ),
    ];
  }

  private followRules(): vscode.Disposable[] {
    const anew = (): void => this.beginAnew();
    return [
      onProjectSettingsChanged(anew),
      vscode.workspace.onDidChangeWorkspaceFolders(anew),
      vscode.workspace.onDidGrantWorkspaceTrust(anew),
      vscode.extensions.onDidChange(() => this.source.forgetRules()),
    ];
  }

  /** A new process knows nothing, and one that has ended has forgotten all. */
  private stateChanged(): void {
    const isLoaded = this.parts.service.state.info !== undefined;
    if (isLoaded && !this.isLoaded) {
      this.feed.begin();
    } else if (!isLoaded && this.isLoaded) {
      this.feed.end();
      this.stats = undefined;
    }
    this.isLoaded = isLoaded;
  }

  /** Who may be read is another question from now on: the index is emptied at once and filled anew. */
  private beginAnew(): void {
    this.source.forgetRules();
    this.edits.beginAnew();
    if (this.isLoaded) {
      this.feed.begin();
      this.news.fire('gone');
    }
  }

  private async appeared(uri: vscode.Uri): Promise<void> {
    if (uri.path.endsWith(IGNORE_FILE)) {
      this.beginAnew();
      return;
    }
    try {
      const { type } = await vscode.workspace.fs.stat(uri);
      const files = type === vscode.FileType.Directory ? await this.source.filesBelow(uri) : [uri.toString()];
      for (const file of files) this.feed.touch(file, false);
    } catch {
      this.gone(uri); // no longer there
    }
  }

  private written(uri: vscode.Uri): void {
    if (uri.path.endsWith(IGNORE_FILE)) {
      this.beginAnew();
    } else if (!isOpen(uri)) {
      this.feed.touch(uri.toString(), false);
    }
  }

  private gone(uri: vscode.Uri): void {
    this.feed.forget(uri.toString());
    if (uri.path.endsWith(IGNORE_FILE)) {
      this.beginAnew();
    }
  }

  private async calm(): Promise<void> {
    do {
      await sleep(PAUSE_MS);
    } while (this.parts.service.state.kind === 'working' || performance.now() - this.lastKeyAt < AFTER_KEY_MS);
  }

  private textsChanged(sources: ReadonlySet<string>, how: TextChange): void {
    if (how === 'gone') {
      this.news.fire(how);
      return;
    }
    for (const source of sources) this.changed.add(source);
    this.isIndexBehind = this.tellNews();
  }

  private indexed(stats: ProjectStats): void {
    this.stats = this.isLoaded ? stats : undefined;
    if (this.isIndexBehind && stats.waiting === 0) {
      this.isIndexBehind = false;
      this.news.fire('new');
    }
  }

  /** The text in front is the question itself; that it changes is no news. */
  private tellNews(): boolean {
    const here = front()?.uri;
    const others = [...this.changed].filter((source) => source !== here);
    for (const source of others) this.changed.delete(source);
    if (others.length > 0) {
      this.hasNews = true;
      this.news.fire('new');
    }
    return others.length > 0;
  }
}

/** Many documents are output, earlier versions and the like, and change all the time. */
function hasOwnText({ scheme }: vscode.Uri): boolean {
  return holdsOwnText({ scheme, isWritable: vscode.workspace.fs.isWritableFileSystem(scheme) });
}

function isOpen(uri: vscode.Uri): boolean {
  const source = uri.toString();
  return [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments].some(
    (each) => each.uri.toString() === source,
  );
}
