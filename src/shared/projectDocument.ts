/** A text of the workspace that suggestions may be drawn from. */
export interface ProjectDocument {
  readonly uri: string;
  /** How a person is told of it: its path below its workspace folder, with `/`. */
  readonly path: string;
  readonly languageId: string;
  readonly text: string;
}

/** What an index holds. */
export interface ProjectStats {
  readonly documents: number;
  /** UTF-16 units of text that are indexed. */
  readonly units: number;
  /** Bytes that the index takes, its copy of the texts included. */
  readonly bytes: number;
  /** Documents that were left out because the limit was reached. */
  readonly leftOut: number;
  /** Documents that are still to be indexed. */
  readonly waiting: number;
}

/** Where in the project a text was found, at the most alike place. */
export interface FoundSource {
  readonly uri: string;
  /** Below its workspace folder, with `/`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Whether it was written there lately, and is carried over from that edit. */
  readonly isEdit?: true;
}
