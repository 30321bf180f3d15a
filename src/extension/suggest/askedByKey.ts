import { isSamePlace, type RequestPlace } from '../log/requestPlace.js';

/** Where a suggestion is asked for. */
export interface AskedPlace extends RequestPlace {
  /** What the selected entry of the IntelliSense list inserts; undefined where no list is open. */
  readonly item: string | undefined;
}

/**
 * So soon after an answer VS Code asks again where its list has opened or closed meanwhile: it waits 50 ms, and a busy machine may take
 * longer.
 */
const FOLLOWS_MS = 500;

/**
 * Which requests a person asked for. When the IntelliSense list opens or closes while such a request is under way, VS Code drops its
 * answer and asks anew, as if nobody had asked: that request takes the place of the person's. Where a person gives up (Escape, another
 * window) there is no such request, so nothing is asked again.
 */
export class AskedByKey {
  private last: { readonly place: AskedPlace; readonly endedAt: number | undefined } | undefined;
  private shown: { readonly place: AskedPlace; readonly text: string } | undefined;
  private hidden = false;

  /** @param now milliseconds of a monotonic clock. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns whether a person asked: with this request, or with the one whose place it takes. */
  begins(place: AskedPlace, automatic: boolean): boolean {
    const asked = !automatic || this.takesPlaceOfLast(place);
    if (asked) {
      this.last = { place, endedAt: undefined };
    }
    return asked;
  }

  /**
   * @param asked what `begins` said
   * @param text that is shown first, from the cursor on; undefined where there is none.
   */
  ends(place: AskedPlace, asked: boolean, text: string | undefined): void {
    if (this.last?.place === place) {
      this.last = { place, endedAt: this.now() };
    }
    const before = this.shown;
    this.hidden =
      asked && text !== undefined && before !== undefined && isSamePlace(before.place, place) && before.text !== text;
    if (text !== undefined || asked) {
      this.shown = text === undefined ? undefined : { place, text };
    }
  }

  /** What is shown at the latest place has changed by itself, from one draft to the next. */
  nowShown(text: string | undefined): void {
    this.shown &&= text === undefined ? undefined : { ...this.shown, text };
    this.hidden = false;
  }

  /**
   * Whether another text was shown where the latest answer is for: VS Code keeps that one in front of what a person asked for, as one of
   * several alternatives.
   */
  get isBehindAnother(): boolean {
    return this.hidden;
  }

  private takesPlaceOfLast(place: AskedPlace): boolean {
    if (this.last === undefined) {
      return false;
    }
    const { place: before, endedAt } = this.last;
    const isSoon = endedAt === undefined || this.now() - endedAt <= FOLLOWS_MS;
    return isSoon && isSamePlace(before, place) && before.item !== place.item;
  }
}
