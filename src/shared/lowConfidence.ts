/** Why a text is not offered, as a sentence. Both are shares, 0..1. */
export function lowConfidence(confidence: number, minimum: number): string {
  return `Confidence ${percent(confidence)}, minimum ${percent(minimum)}.`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)}%`;
}
