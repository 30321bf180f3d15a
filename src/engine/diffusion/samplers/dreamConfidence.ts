export const DREAM_CONFIDENCES = ['maskgit-plus', 'topk-margin', 'entropy'] as const;
export type DreamConfidence = (typeof DREAM_CONFIDENCES)[number];

/** How sure a position is; larger is surer, so entropy counts negatively. Of the distribution that is sampled from. */
export function dreamConfidence(kind: DreamConfidence, distribution: readonly number[], chosen: number): number {
  switch (kind) {
    case 'maskgit-plus':
      return distribution[chosen]!;
    case 'topk-margin':
      return distribution[0]! - (distribution[1] ?? 0);
    case 'entropy':
      return distribution.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
  }
}
