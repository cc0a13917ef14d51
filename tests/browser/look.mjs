// A look at the page as it stands: both themes, both sizes. axe must find nothing; where ORIGIN_SHOTS names a folder, pictures go there.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const THEMES = ['light', 'dark'];
const shots = process.env.ORIGIN_SHOTS;

export async function look(page, name) {
  const found = [];
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      if (shots) await shoot(page, `${name}-${size}-${colorScheme}.png`);
      for (const fault of await faults(page)) found.push(`${name}, ${size}, ${colorScheme}: ${fault}`);
    }
    found.push(...(await sidewaysScroll(page)).map((fault) => `${name}, ${size}: ${fault}`));
  }
  await page.setViewportSize(SIZES.desktop);
  await page.emulateMedia({ colorScheme: 'light' });
  assert.equal(found.join('\n'), '', `${name} is not for everybody`);
}

async function shoot(page, file) {
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: join(shots, file), fullPage: true });
}

async function faults(page) {
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}`));
}

async function sidewaysScroll(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return over > 0 ? [`${over} px wider than the window`] : [];
}
