import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { after, before, describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
import { Workbench } from './rig/workbench.js';

/** As wide as it must be for pictures, and low. */
const SMALL = { width: 1500, height: 620 };

/** What is read in the editor, in a display language. */
const WORDS = {
  en: {
    restart: 'Infill: Restart Inference',
    setSteps: 'Infill: Set Denoising Steps...',
    steps: 'Denoising Steps: Time per Suggestion on This Computer',
    recommended: /recommended/,
    unknown: /estimated|not measured/,
    tryIt: 'Try It in an Example',
  },
  de: {
    restart: 'Infill: Inferenz neu starten',
    setSteps: 'Infill: Entrauschungsschritte festlegen...',
    steps: 'Entrauschungsschritte: Zeit pro Vorschlag auf diesem Computer',
    recommended: /empfohlen/,
    unknown: /geschätzt|nicht gemessen/,
    tryIt: 'In einem Beispiel ausprobieren',
  },
} as const;

for (const [language, words] of Object.entries(WORDS)) {
  describe(`a new window in ${language}`, { skip: withoutRig() }, () => {
    const folder = newFolder();
    let workbench: Workbench;

    before(async () => {
      workbench = await Workbench.start({
        folder,
        vsix: [prepared('INFILL_VSIX')],
        viewport: SMALL,
        timeoutMs: 180_000, // the first request loads the model, on machines that do other things as well
        ...(language === 'en' ? {} : { language }),
        settings: { 'infill.minimumConfidence': 0 },
      });
      await workbench.waitForExtension('infill-editor.infill');
    });
    after(async () => {
      writeFileSync(outputFile(`walkthrough-${language}.log`), workbench.server.log());
      await workbench.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    const scene = picturedTest({ workbench: () => workbench, about: `${language}, ` });

    scene(
      'the first thing that is asked is how long numbers of steps take, and the first request makes none dearer',
      async (t) => {
        await workbench.runCommand(words.setSteps);
        await workbench.quickInput.waitFor(words.steps);
        const entries = (): ReturnType<typeof workbench.quickInput.entries> => workbench.quickInput.entries();
        await workbench.until('each of them is measured', async () => {
          const all = await entries();
          return (
            all.some(({ rest }) => words.recommended.test(rest)) && all.every(({ rest }) => !words.unknown.test(rest))
          );
        });
        const all = await entries();
        t.diagnostic(all.map(({ label, rest }) => `${label}: ${rest}`).join(' | '));
        await workbench.page.screenshot({ path: outputFile(`steps-${language}.png`) });
        const ms = all.map(({ rest }) => {
          const [, number = 'none', unit] = /^([\d.]+) (ms|s)\b/.exec(rest) ?? [];
          return Number(number) * (unit === 's' ? 1000 : 1);
        });
        assert.deepEqual(
          ms,
          ms.toSorted((a, b) => a - b),
        );
        const recommended = all.findIndex(({ rest }) => words.recommended.test(rest));
        assert.ok(ms[0]! < ms[recommended]!, ms.join());
        await workbench.quickInput.close();
      },
    );

    scene('nothing of a step of the walkthrough is cut off in a small window', async (t) => {
      const opened = await openedSteps();
      assert.equal(opened.length, 5);
      for (const { heading, room, height, beyond } of opened) {
        t.diagnostic(`${heading}: ${String(height)} of ${String(room)} pixels`);
        assert.ok(height <= room, heading);
        assert.ok(beyond < 0, `a button of ${heading}`);
      }
    });

    scene('whoever tries it twice has one document, and gets back by undo what was there', async () => {
      const tabs = workbench.page.locator('.tab[data-resource-name^="Untitled"]');
      // A suggestion behind the accepted one comes by itself, so what is written is told from what is suggested.
      const isAsItBegins = async (): Promise<boolean> => (await workbench.writtenText()).includes('=> )');
      await tryIt();
      await workbench.waitForGhostText();
      await workbench.page.keyboard.press('Tab');
      let tried = '';
      await workbench.until('it is inserted', async () => /=> [^)]/u.test((tried = await workbench.writtenText())));

      await tryIt();
      await workbench.waitForGhostText();
      await workbench.page.keyboard.press('Escape');
      await workbench.until('the example is as it was', isAsItBegins);
      assert.equal(await tabs.count(), 1);
      await workbench.page.keyboard.press('Control+z');
      let shown = '';
      await workbench.until(
        'what was tried is back',
        async () => (shown = await workbench.writtenText()) === tried,
        () => `${shown} is shown, ${tried} is wanted.`,
      );
    });

    scene('commands are found by their names in this language', async () => {
      await workbench.quickInput.open('F1', `>${words.restart}`);
      await workbench.until('it is listed', async () =>
        (await workbench.quickInput.widget.locator('.monaco-list-row .label-name').allInnerTexts()).some((label) =>
          label.includes(words.restart),
        ),
      );
      await workbench.quickInput.close();
    });

    /** The list of walkthroughs closes where the window takes the focus back just then, so it is opened until one was chosen. */
    async function walkthroughPage(): Promise<void> {
      await workbench.until('the walkthrough is open', async () => {
        await workbench.quickInput.choose('F1', '>Welcome: Open Walkthrough', /Open Walkthrough/);
        try {
          await chooseWalkthrough();
          return true;
        } catch {
          await workbench.page.keyboard.press('Escape');
          return false;
        }
      });
    }

    async function chooseWalkthrough(): Promise<void> {
      const soon = { timeout: 15_000 };
      const rows = workbench.quickInput.widget;
      // The list moves and is drawn anew while it opens, so its row is not clicked at.
      await rows
        .locator('.monaco-list-row', { hasText: /^.*Infill/ })
        .first()
        .waitFor(soon);
      await rows.locator('input').first().fill('Infill', soon);
      await rows.locator('.monaco-list-row.focused', { hasText: 'Infill' }).waitFor(soon);
      await workbench.page.keyboard.press('Enter');
      await steps().first().waitFor(soon);
    }

    function steps(): Locator {
      return workbench.page.locator('.gettingStartedContainer .getting-started-step');
    }

    /** Opens each step, and takes its measures and those of the list that it is in, pixels. */
    async function openedSteps(): Promise<{ heading: string; room: number; height: number; beyond: number }[]> {
      await walkthroughPage();
      const opened = [];
      for (let i = 0; i < (await steps().count()); i++) {
        const step = steps().nth(i);
        await step.locator('.step-title').click();
        await step.locator('.step-description-container').first().waitFor();
        await workbench.page.screenshot({ path: outputFile(`walkthrough-${language}-${String(i + 1)}.png`) });
        const list = step.locator('xpath=ancestor::*[contains(@class, "monaco-scrollable-element")][1]');
        const [outer, inner] = [await list.boundingBox(), await step.boundingBox()];
        const buttons = await step.locator('.monaco-button').all();
        assert.ok(buttons.length > 0);
        const rights = await Promise.all(buttons.map(async (button) => rightOf(await button.boundingBox())));
        opened.push({
          heading: await step.locator('.step-title').innerText(),
          room: outer?.height ?? 0,
          height: inner?.height ?? Infinity,
          beyond: Math.max(...rights) - rightOf(inner),
        });
      }
      return opened;
    }

    async function tryIt(): Promise<void> {
      await walkthroughPage();
      const first = steps().first();
      const button = first.locator('.monaco-button', { hasText: words.tryIt });
      // The page may be drawn once more after it was opened, with the step that was open before.
      await workbench.until('the step is open', async () => {
        if (!(await button.isVisible())) {
          await first
            .locator('.step-title')
            .click({ timeout: 2000 })
            .catch(() => undefined);
        }
        return button.isVisible();
      });
      await button.click();
    }
  });
}

function rightOf(box: { readonly x: number; readonly width: number } | null): number {
  return box === null ? Infinity : box.x + box.width;
}
