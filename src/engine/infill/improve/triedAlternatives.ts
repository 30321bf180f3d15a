import { type Alternative, exchanged, likelierTokens, withoutDoubles } from './alternatives.js';
import type { ImproveWork, Section } from './improveWork.js';
import { type ReadSection, tokenStarts } from './judged.js';
import { respelt } from './respelt.js';
import type { Suspect } from './suspects.js';
import { written } from './written.js';

/** Places of a round at which the model writes as well: reading is enough for most, and writing takes longer. */
const MOST_WRITTEN = 3;

/** Everything that is tried in a section. In the first round the model also writes; what it would write later is much the same. */
export async function triedAlternatives(
  read: ReadSection,
  suspected: readonly Suspect[],
  section: Section,
  work: ImproveWork,
): Promise<readonly Alternative[]> {
  const found = alternativesOf(read, suspected, work);
  if (section.changedAt === undefined) found.push(...(await writtenAt(suspected, read, section, work)));
  return merged(found);
}

/** What reading alone suggests. */
function alternativesOf(read: ReadSection, suspected: readonly Suspect[], { pipeline }: ImproveWork): Alternative[] {
  const starts = tokenStarts(read.units);
  const found = [...withoutDoubles(read), ...exchanged(read, suspected)];
  for (const suspect of suspected) {
    found.push(...likelierTokens(read, suspect, read.readings[starts[suspect.at]!]!, pipeline.tokenizer));
    found.push(...respelt(read, suspect, pipeline.tokenizer));
  }
  return found;
}

/** What the model writes at the most doubtful places. */
async function writtenAt(
  suspected: readonly Suspect[],
  read: ReadSection,
  section: Section,
  work: ImproveWork,
): Promise<readonly Alternative[]> {
  const around = { before: section.before.slice(0, section.before.length - read.own.start), after: section.after };
  // From the last to the first: what was read up to a place is kept, and what was read beyond it is not.
  const places = suspected.slice(0, MOST_WRITTEN).sort((a, b) => b.from - a.from);
  const found: Alternative[] = [];
  for (const [index, suspect] of places.entries()) {
    if (work.record.isCancelled() || !work.record.hasTimeFor('denoise')) break;
    work.atPlace(index, places.length);
    found.push(...(await written(suspect, read, around, work)));
  }
  return found;
}

/** What was found twice, by reading and by writing, once. */
function merged(alternatives: readonly Alternative[]): readonly Alternative[] {
  const byPlace = new Map<string, Alternative>();
  for (const each of alternatives) {
    const key = `${each.from} ${each.to} ${each.text}`;
    const other = byPlace.get(key);
    if (other === undefined) byPlace.set(key, each);
    else if (other.source === 'read' && each.source === 'written') byPlace.set(key, { ...each, source: 'agreed' });
  }
  return [...byPlace.values()];
}
