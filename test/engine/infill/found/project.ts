import type { FoundCalibration } from '../../../../src/engine/contract/recommended.js';
import { ProjectIndex } from '../../../../src/engine/project/projectIndex.js';

/** An index of these texts, by path; their uris are `file:` before it. */
export function indexOf(texts: Readonly<Record<string, string>>): ProjectIndex {
  const project = new ProjectIndex();
  project.replace(
    Object.entries(texts).map(([path, text]) => ({ uri: uriOf(path), path, languageId: 'typescript', text })),
  );
  while (project.work(1000));
  return project;
}

export function uriOf(path: string): string {
  return `file:${path}`;
}

export const WEIGHTLESS: FoundCalibration = {
  constant: 0,
  left: 0,
  logLeft: 0,
  right: 0,
  logRight: 0,
  logVotes: 0,
  nothing: 0,
  logCharacters: 0,
  logText: 0,
  meanToken: 0,
  leastToken: 0,
  logSuffix: 0,
  gain: 0,
};
