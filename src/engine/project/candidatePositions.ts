import type { AnchorKey, Segment } from './segment.js';

/** Positions of one tier that are looked at, at most. */
const TIER_MOST = 1500;
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
 */
export function candidatePositions(segments: readonly Segment[], key: AnchorKey, most: number): CandidatePosition[] {
  const tiers: CandidatePosition[][] = [[], [], []];
  let scanned = 0;
  for (const segment of segments) {
    const { layout, entries } = segment;
    const [start, end] = segment.bucket(key.anchor);
    const tag = layout.tag(key);
    const beyond = layout.fourth + layout.fifth;
    const mask = layout.position === 32 ? 0xffffffff : 2 ** layout.position - 1;
    for (let i = start; i < end; i++) {
      const entry = entries[i]!;
      const differs = (entry >>> layout.position) ^ tag;
      if (differs >>> beyond !== 0) continue;
      const tier = tiers[differs === 0 ? 0 : differs >>> layout.fifth === 0 ? 1 : 2]!;
      if (tier.length < TIER_MOST) tier.push({ segment, position: entry & mask });
    }
    scanned += end - start;
    if (scanned > SCAN_MOST || tiers[0]!.length >= most) break;
  }
  const found = tiers[0]!;
  for (const tier of tiers.slice(1)) {
    for (const candidate of tier) {
      if (found.length >= most) return found;
      found.push(candidate);
    }
  }
  return found;
}
