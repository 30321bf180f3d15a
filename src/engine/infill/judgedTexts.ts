import type { Candidate } from '../../shared/outcome.js';
import type { Calibration } from '../contract/recommended.js';
import type { Postprocess } from '../postprocess/postprocess.js';
import { isBlank } from '../text/lines.js';
import { openEndsAfter } from '../text/openEnds.js';
import type { Hole } from './context/hole.js';
import { candidateOf } from './ending/candidates.js';
import { confident, logJointOf } from './ending/confidence.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import { shareReaching } from './ending/likeliestEnd.js';
import { startsOf } from './ending/starts.js';
import { worthOf } from './ending/worth.js';

/** The texts that what was written could be cut to, each with its worth and with what that was calculated from, in `considered`. */
export function judgedTexts(
  { middle, written, end }: EndedMiddle,
  hole: Hole,
  fit: Postprocess,
  calibration: Calibration,
): Candidate[] {
  const place = { ...hole, insideLine: !isBlank(hole.lines.rest), openEnds: openEndsAfter(hole.code) };
  const lengths = new Set([...startsOf(written, end?.compared ?? [], place), middle.text.length]);
  const known = new Set<string>();
  return [...lengths].flatMap((length) => {
    const start = written.text.slice(0, length);
    const result = isBlank(start) ? undefined : fit(start);
    if (result?.kind !== 'text' || known.has(result.text)) return [];
    known.add(result.text);
    const share = end && shareReaching(length, end.compared);
    const candidate = confident(candidateOf(written, result.text), calibration, share);
    const { text, tokens, confidence } = candidate;
    const logJoint = logJointOf(tokens.map((token) => token.confidence));
    const considered = [{ text, confidence, logJoint, ...(share === undefined ? {} : { share }) }];
    const worth = calibration.look && worthOf(text, confidence, calibration.look);
    return [{ ...candidate, ...(worth === undefined ? {} : { worth }), considered }];
  });
}
