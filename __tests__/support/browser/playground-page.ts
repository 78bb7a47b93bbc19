import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Fault } from 'express-authlete-token-fail/emulator';
import { type RunningPlayground, startPlayground } from '../examples/playground.js';
import { openPage } from './browser.js';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** A password that the page's examples have; no secret is planted in it. */
const PASSWORD = 'open-sesame';

/** A page of a playground, once it shows an exchange. */
export interface PlaygroundPage extends RunningPlayground {
  page: Page;
}

/** Opens a playground for the current test, and waits for the exchange that it begins with. */
export async function openPlayground(
  options: BrowserContextOptions = {},
  fault?: Fault,
): Promise<PlaygroundPage> {
  const playground = await startPlayground(PASSWORD);
  if (fault) playground.emulator.faults.set(fault);
  const page = await openPage(playground.url, { reducedMotion: 'reduce', ...options });
  await waitForAnswer(page);
  return { ...playground, page };
}

/** Waits until the exchange of the last request is shown; returns the line that sums it up. */
export async function waitForAnswer(page: Page): Promise<string> {
  await page.locator('#exchange[data-state=current] #result:not([hidden])').waitFor();
  return page.locator('#status').innerText();
}

/** Sends what the form says; returns the line that sums up the exchange. */
export async function send(page: Page): Promise<string> {
  await page.locator('#send').click();
  return waitForAnswer(page);
}

/** Presses one of the examples; returns the line that sums up the exchange. */
export async function sendExample(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name, exact: true }).click();
  return waitForAnswer(page);
}

/** Chooses an outage, and waits until it is in force. */
export async function simulate(page: Page, label: string, api = ''): Promise<void> {
  await page.getByLabel('Which calls').selectOption(api);
  await page.getByLabel(label).check();
  const about = api === '' ? 'each call' : api;
  await page.locator('#fault-status').getByText(`Now: ${about} is`).waitFor();
}

/** The titles of the steps that are listed. */
export async function getTitles(page: Page): Promise<string[]> {
  const steps = page.getByRole('list', { name: 'Step by step' });
  return steps.locator('h4 > :first-child').allInnerTexts();
}

/** A step that is listed, by its number. */
export function getStep(page: Page, number: number): Locator {
  return page
    .getByRole('list', { name: 'Step by step' })
    .getByRole('listitem')
    .nth(number - 1);
}

/** The texts of the sequence diagram, from top to bottom. */
export async function getDiagram(page: Page): Promise<string[]> {
  const diagram = page.getByRole('img', { name: /^Sequence diagram/ });
  return diagram.locator('.message > text, .note > text').allTextContents();
}

/** What axe-core has against the page as it is now. */
export async function getViolations(page: Page): Promise<unknown[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** Pixels that the page can be scrolled sideways. */
export function getOverflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

/** The colour of the first text that an exchange's details begin with. */
export function getTextColour(page: Page): Promise<string> {
  return page.evaluate<string>("getComputedStyle(document.querySelector('#steps h4')).color");
}
