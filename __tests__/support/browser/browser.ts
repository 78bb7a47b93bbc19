import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { cleanUp } from '../cleanup.js';

let browser: Browser;

beforeAll(async () => {
  // Each launch has a profile of its own.
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterAll(() => browser.close());

/** What went wrong in the pages of the current test. */
const problems: string[] = [];

// Not a cleanup: one that fails would keep those after it from running.
afterEach(() => expect(problems.splice(0)).toEqual([]));

/**
 * Opens a page for the current test, which fails if anything goes wrong in it: an error on its
 * console, such as a violation of its Content-Security-Policy, or a request to somewhere else.
 */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() !== 'log') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) problems.push(request.url());
  });
  cleanUp(() => context.close());
  await page.goto(url);
  return page;
}
