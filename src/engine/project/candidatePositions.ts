import type { AnchorKey, Segment } from './segment.js';

/** Entries that are looked at in all, at most. */
const SCAN_MOST = 300_000;

/** A position that may stand after an anchor. */
export interface CandidatePosition {
  readonly segment: Segment;
  readonly position: number;
}

/**
 * Positions whose entries agree with the anchor, those first that agree with the two tokens before it too, then with one, then with
 * none; within these those of earlier segments first. Where an anchor is frequent, this is the longer anchor.
 *
 * @param most so many are answered at most
 */
export function candidatePositions(segments: readonly Segment[], key: AnchorKey, most: number): CandidatePosition[] {
  const longest: CandidatePosition[] = [];
  const longer: CandidatePosition[] = [];
  const short: CandidatePosition[] = [];
  let scanned = 0;
  for (const segment of segments) {
    const { layout, entries } = segment;
    const { start, end } = segment.bucket(key.anchor);
    const tag = layout.tag(key);
    const { position: shift, fifth } = layout;
    const beyond = layout.fourth + fifth;
    const mask = 2 ** shift - 1;
    for (let i = start; i < end; i++) {
      const entry = entries[i]!;
      const differs = (entry >>> shift) ^ tag;
      if (differs >>> beyond !== 0) continue;
      const tier = differs === 0 ? longest : differs >>> fifth === 0 ? longer : short;
      if (tier.length < most) tier.push({ segment, position: entry & mask });
    }
    scanned += end - start;
    if (scanned > SCAN_MOST || longest.length >= most) break;
  }
  for (const tier of [longer, short]) {
    for (let i = 0; i < tier.length && longest.length < most; i++) longest.push(tier[i]!);
  }
  return longest;
}
