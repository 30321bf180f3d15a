// Runs in the page of the workbench, where it reads what a person would see. Defines window.infillRig.
'use strict';

/** @typedef {{ kind: 'inline' | 'block', text: string }} GhostPart */

(() => {
  /** @type {(() => { ms: number, text: string }[]) | undefined} */
  let stopRecorder;

  /** @param {Element | null} element */
  function isInline(element) {
    return element?.className.includes('ghost-text-decoration') ?? false;
  }

  /**
   * The visible ghost text, top to bottom. It is split into one element per syntax token.
   *
   * @returns {GhostPart[]}
   */
  function ghostParts() {
    /** @type {(GhostPart & { top: number, left: number })[]} */
    const parts = [];
    /** @param {Iterable<Element>} elements */
    const textOf = (elements) =>
      [...elements]
        .map((each) => each.textContent)
        .join('')
        .replaceAll('\u00a0', ' ');
    /**
     * @param {GhostPart['kind']} kind
     * @param {Element} element
     * @param {string} text
     */
    const add = (kind, element, text) => {
      const box = element.getBoundingClientRect();
      if (text && box.height > 0) {
        parts.push({ kind, text, top: box.top, left: box.left });
      }
    };

    // In the line of the cursor: runs of neighbouring ghost elements.
    for (const first of document.querySelectorAll('.view-lines [class*="ghost-text-decoration"]')) {
      if (!isInline(first.previousElementSibling)) {
        const run = [];
        /** @type {Element | null} */
        let element = first;
        while (element && isInline(element)) {
          run.push(element);
          element = element.nextElementSibling;
        }
        add('inline', first, textOf(run));
      }
    }
    // Below it: a view zone with the other lines, blank ones included.
    for (const zone of document.querySelectorAll('[monaco-view-zone]:has(> .suggest-preview-text)')) {
      const lines = [...zone.querySelectorAll('.view-line')];
      add('block', zone, lines.map((line) => textOf(line.querySelectorAll('.ghost-text'))).join('\n'));
    }
    return parts.sort((a, b) => a.top - b.top || a.left - b.left).map(({ kind, text }) => ({ kind, text }));
  }

  /**
   * The rows of the open list: each one's label, and all of its text.
   *
   * @returns {{ label: string, text: string }[]}
   */
  function quickRows() {
    return [...document.querySelectorAll('.quick-input-widget .monaco-list-row')].map((row) => {
      const label = row.querySelector('.label-name');
      return {
        label: label instanceof HTMLElement ? label.innerText : '',
        text: row instanceof HTMLElement ? row.innerText : '',
      };
    });
  }

  /**
   * What is written in the visible lines of the editor with the focus, top to bottom, without the ghost text in them.
   *
   * @returns {string}
   */
  function writtenText() {
    const editor = document.querySelector('.editor-group-container.active .monaco-editor.focused');
    const lines = [...(editor?.querySelectorAll('.lines-content > .view-lines > .view-line') ?? [])];
    /** @param {Element} line */
    const writtenIn = (line) =>
      [...line.querySelectorAll('span:not(:has(span))')]
        .filter((part) => !isInline(part))
        .map((part) => part.textContent)
        .join('')
        .replaceAll('\u00a0', ' ');
    return lines
      .map((line) => ({ top: line.getBoundingClientRect().top, text: writtenIn(line) }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text)
      .join('\n');
  }

  /** The visible ghost text in one, its parts joined by line breaks; '' when there is none. */
  function ghostText() {
    return ghostParts()
      .map((part) => part.text)
      .join('\n');
  }

  /** Looks at the ghost text in every animation frame from now on. */
  function startRecording() {
    const start = performance.now();
    /** @type {{ ms: number, text: string }[]} */
    const changes = [];
    /** @type {number} */
    let frame;
    const sample = () => {
      const text = ghostText();
      if (text !== changes.at(-1)?.text) {
        changes.push({ ms: Math.round(performance.now() - start), text });
      }
      frame = requestAnimationFrame(sample);
    };
    sample();
    stopRecorder = () => {
      sample();
      cancelAnimationFrame(frame);
      return changes;
    };
  }

  /** The changes since startRecording(), beginning with what was visible then. */
  function stopRecording() {
    return stopRecorder?.() ?? [];
  }

  /** Whether the workbench has started. */
  function isStarted() {
    return performance.getEntriesByName('code/didStartWorkbench').length > 0;
  }

  Object.assign(window, {
    infillRig: { ghostParts, ghostText, quickRows, writtenText, startRecording, stopRecording, isStarted },
  });
})();
