import { isSamePlace } from '../log/requestPlace.js';
import type { AskedPlace } from './askedByKey.js';

/**
 * Whether a person chose the selected entry of the IntelliSense list. VS Code does not tell: the list selects its first entry by itself.
 * But where another entry is selected while neither the text nor the cursor has changed, somebody went through the list.
 */
export class ChosenItem {
  private last: AskedPlace | undefined;
  private chosen = false;

  /** Told of each request, in their order. */
  isChosen(place: AskedPlace): boolean {
    const { last } = this;
    const stands = last?.item !== undefined && place.item !== undefined && isSamePlace(last, place);
    this.chosen = stands && (this.chosen || last.item !== place.item);
    this.last = place;
    return this.chosen;
  }
}
