// A flow is a row of steps that build on each other: after one that failed the rest is skipped, not failed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { open } from './house.mjs';

// `end` puts away what the steps began, however they went.
export function flow(name, steps, end = () => {}) {
  describe(name, () => {
    let browser;
    let broken = false;
    before(async () => { browser = await open(); });
    after(() => Promise.all([browser?.close(), end()]));
    for (const [title, step] of Object.entries(steps)) {
      it(title, async (t) => {
        if (broken) return t.skip('an earlier step failed');
        broken = true;
        await step(browser.page);
        broken = false;
      });
    }
    it('no page had errors', () => assert.deepEqual(browser.troubles, []));
  });
}
