import type { InfillModel } from '../../contract/model.js';
import type { RecommendedOptions } from '../../contract/recommended.js';
import type { PassCosts } from './passCosts.js';
import type { ProjectTexts } from '../../project/foundMiddle.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';

/** What runs work with. */
export interface Pipeline {
  readonly model: InfillModel;
  readonly tokenizer: Tokenizer;
  /** The options that belong to the weights, for any number of steps; the manifest's, unless an experiment says otherwise. */
  readonly recommended: RecommendedOptions;
  /** What passes cost, learned from run to run for those that have a deadline; absent = each run begins without knowing. */
  readonly costs?: PassCosts;
  /** The texts of the project that suggestions may be drawn from; absent = none. */
  readonly project?: ProjectTexts;
}
