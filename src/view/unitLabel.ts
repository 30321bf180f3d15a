import type { Unit } from './units.js';
import type { Say } from './words.js';

/** What is said of a unit to those who point at it or do not see it. */
export function unitLabel(unit: Unit, isChanged: boolean, say: Say): string {
  const { position, text } = unit;
  const { draft, step, source: writer, isPinned, isTyped, confidence } = position;
  const parts: string[] = [];
  if (unit.isMasked) {
    parts.push(
      draft === undefined || draft.text === ''
        ? say('tokenMasked')
        : say('tokenDraft', visible(draft.text, say), percent(draft.confidence)),
    );
  } else if (isTyped === true && step === null && writer === 'given') {
    parts.push(say('tokenTyped', visible(text, say)));
  } else {
    parts.push(say('tokenSettled', visible(text, say), percent(confidence)));
    if (step !== null) parts.push(say('tokenStep', step + 1));
    const source = sourceLabel(unit, say);
    if (source !== undefined) parts.push(source);
  }
  if (isPinned) parts.push(say('tokenPinned'));
  if (isChanged) parts.push(say('tokenChanged'));
  return parts.join(', ');
}

/** 0..1 as whole percent; what is not certain is never 100. */
export function percent(share: number): number {
  const rounded = Math.round(share * 100);
  return rounded === 100 && share < 1 ? 99 : rounded;
}

/** A text with names for blanks that stand alone or at its ends. */
export function visible(text: string, say: Say): string {
  if (text === '') return say('tokenPart');
  const [, before = '', own = '', after = ''] = /^(\s*)([^]*?)(\s*)$/u.exec(text) ?? [];
  // A space before a word is how most tokens begin, and no news.
  const leading = own !== '' && before === ' ' ? '' : blanks(before, say);
  return [leading, own, blanks(after, say)].filter((part) => part !== '').join(' ');
}

function blanks(text: string, say: Say): string {
  const runs = text.match(/\n| +|\t|[^\n \t]+/gu) ?? [];
  return runs
    .map((run) => {
      if (run === '\n') return say('lineBreak');
      if (run === '\t') return say('tab');
      return run === ' ' ? say('space') : say('spaces', run.length);
    })
    .join(' ');
}

function sourceLabel({ position: { source, from } }: Unit, say: Say): string | undefined {
  if (from !== undefined) return say(from.isEdit ? 'sourceEdit' : 'sourceFound', from.path, from.line);
  switch (source) {
    case 'denoiser':
      return say('sourceDenoiser');
    case 'encoder':
      return say('sourceEncoder');
    case 'given':
      return say('sourceGiven');
    case 'demanded':
      return say('sourceDemanded');
    case 'found':
    case null:
      return undefined;
  }
}
