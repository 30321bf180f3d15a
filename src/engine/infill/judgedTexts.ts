import type { Candidate } from '../../shared/outcome.js';
import type { RecommendedOptions } from '../contract/recommended.js';
import type { Postprocess } from '../postprocess/postprocess.js';
import { isBlank } from '../text/lines.js';
import { openEndsAfter } from '../text/openEnds.js';
import { type Hole, isOnEmptyLine } from './context/hole.js';
import { candidateOf } from './ending/candidates.js';
import { calibratedConfidence, logJointOf } from './ending/confidence.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import { shareReaching } from './ending/likeliestEnd.js';
import { startsOf } from './ending/starts.js';
import { worthOf } from './ending/worth.js';

/**
 * The candidates that a middle's text could be cut to, each with what was considered about it. Where the model does not say what a look
 * costs, there is one: the middle up to its likeliest end, of which `fitted` is left.
 */
export function judgedTexts(
  { middle, written, end }: EndedMiddle,
  fitted: string,
  hole: Hole,
  fit: Postprocess,
  { calibration }: RecommendedOptions,
): Candidate[] {
  if (!calibration?.look) {
    const candidate = candidateOf(middle, fitted);
    return [
      calibration
        ? { ...candidate, confidence: calibratedConfidence(calibration, probabilitiesOf(candidate), end?.share) }
        : candidate,
    ];
  }
  const { look } = calibration;
  const onEmptyLine = isOnEmptyLine(hole);
  const place = { ...hole, insideLine: !isBlank(hole.lines.rest), openEnds: openEndsAfter(hole.code) };
  const lengths = new Set([...startsOf(written, end?.compared ?? [], place), middle.text.length]);
  const known = new Set<string>();
  return [...lengths].flatMap((length) => {
    const start = written.text.slice(0, length);
    const result = isBlank(start) ? undefined : fit(start);
    if (result?.kind !== 'text' || known.has(result.text)) return [];
    known.add(result.text);
    const candidate = candidateOf(written, result.text);
    const share = end && shareReaching(length, end.compared);
    const { text } = candidate;
    const probabilities = probabilitiesOf(candidate);
    const confidence = calibratedConfidence(calibration, probabilities, share, { text, onEmptyLine });
    const facts = {
      text,
      confidence,
      logJoint: logJointOf(probabilities),
      ...(share === undefined ? {} : { share }),
      onEmptyLine,
    };
    return [{ ...candidate, confidence, worth: worthOf(text, confidence, look), considered: [facts] }];
  });
}

function probabilitiesOf({ tokens }: Candidate): number[] {
  return tokens.map((token) => token.confidence);
}
