// Where the house stands, and the browser that visits it.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

export const origin = given('ORIGIN_URL');
export const simulation = given('SIM_URL');
export const admin = { username: given('ADMIN_USERNAME'), password: given('ADMIN_PASSWORD') };

// Without these Chromium calls home at every start.
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PATIENCE = 15_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Opens a browser with an empty profile. What went wrong behind a page's back is gathered in `troubles`.
export async function open() {
  const profile = await mkdtemp(join(tmpdir(), 'origin-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: QUIET,
    reducedMotion: 'reduce',
    locale: 'en-IN',
    timezoneId: 'Asia/Kolkata',
  });
  context.setDefaultTimeout(PATIENCE);
  // As an init script it is there before the page's own policy for scripts counts.
  await context.addInitScript({ content: axe });
  const page = context.pages()[0] ?? (await context.newPage());
  const troubles = [];
  page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`));
  page.on('console', (line) => line.type() === 'error' && troubles.push(`${page.url()}: ${line.text()}`));
  page.on('response', (answer) => answer.status() >= 500 && troubles.push(`${answer.url()}: ${answer.status()}`));
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { page, troubles, close };
}

// Goes to an address and insists that there is a page.
export async function visit(page, address) {
  const answer = await page.goto(address);
  if (!answer?.ok()) throw new Error(`${address} answers ${answer?.status()}`);
}

// What is refused on purpose, or happens at pages that are not ours, happens in a tab of its own: a browser logs each answer
// such as 401 and 422 as an error, and there it is none of ours.
export async function elsewhere(page, work) {
  const tab = await page.context().newPage();
  await work(tab);
  await tab.close();
}
