import type { Say, WordKey } from '../view/words.js';
import { make } from './dom.js';

const SAMPLES: readonly (readonly [string, WordKey])[] = [
  ['denoiser', 'legendDenoiser'],
  ['encoder', 'legendEncoder'],
  ['found', 'legendFound'],
  ['given', 'legendGiven'],
  ['demanded pinned', 'legendDemanded'],
  ['masked', 'legendMasked'],
  ['given pinned', 'legendPinned'],
  ['given changed', 'legendChanged'],
];

/** What the marks mean, and the keys; closed until somebody wants to know. */
export function legendView(say: Say): HTMLElement {
  const samples = SAMPLES.map(([className, key]) => {
    const sample = make('span', {
      className: `token sample ${className} sure3`,
      text: 'abc',
      attributes: { 'aria-hidden': 'true' },
    });
    sample.style.setProperty('--sure', '90%');
    return make('li', {}, sample, make('span', { text: say(key) }));
  });
  return make(
    'details',
    { className: 'legend' },
    make('summary', { text: say('legend') }),
    make('p', { text: `${say('legendSure')} ${say('legendStep')}` }),
    make('ul', {}, ...samples),
    make('p', { text: say('keys') }),
  );
}
