import { DenoiseSelection, type DenoiseParts } from './denoiseSelection.js';
import { PreviewDocuments } from './previewDocuments.js';
import { ProposalReview } from './proposalReview.js';

/** Denoise Selection: the command, and the review of what it proposes. */
export interface Denoising {
  readonly denoiser: DenoiseSelection;
  readonly review: ProposalReview;
  readonly dispose: () => void;
}

export function createDenoising(parts: Omit<DenoiseParts, 'review' | 'documents'>): Denoising {
  const documents = new PreviewDocuments();
  const review = new ProposalReview(documents);
  const denoiser = new DenoiseSelection({ ...parts, review, documents });
  return {
    denoiser,
    review,
    dispose: () => [denoiser, review, documents].forEach((each) => each.dispose()),
  };
}
