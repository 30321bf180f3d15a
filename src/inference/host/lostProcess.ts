import { InfillError } from '../../shared/infillError.js';

/** The process that has the model ended, and this window has no part in it: what it was asked is to be asked again. */
export class LostProcess extends InfillError {
  constructor() {
    super('cancelled', 'The inference process, which other windows use too, was ended for one of them.', '');
  }
}
