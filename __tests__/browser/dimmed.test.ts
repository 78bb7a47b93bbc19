import type { Page } from 'playwright-core';
import {
  getTextColour,
  openPlayground,
  sendExample,
  simulate,
  waitForAnswer,
} from '../support/browser/playground-page';

/** What the page says of an exchange that is not the forms' any more. */
const NOTE = 'This was before your change.';

async function isDimmed(page: Page, colour: string): Promise<boolean> {
  return (await getTextColour(page)) !== colour;
}

describe('an exchange that is shown in the playground', () => {
  it('is dimmed while the form says something else', async () => {
    const { page } = await openPlayground();
    const colour = await getTextColour(page);
    await page.getByLabel('Username').fill('joh');
    expect(await isDimmed(page, colour)).toBe(true);
    await page.getByText(NOTE).waitFor();
    await page.getByLabel('Username').fill('john');
    expect(await isDimmed(page, colour)).toBe(false);
    expect(await page.getByText(NOTE).count()).toBe(0);
  });

  it('is dimmed when an outage is chosen, and ended by sending it again', async () => {
    const { page } = await openPlayground();
    const colour = await getTextColour(page);
    await simulate(page, 'It refuses calls (503)');
    expect(await isDimmed(page, colour)).toBe(true);
    await page.getByRole('button', { name: 'Send again' }).click();
    expect(await waitForAnswer(page)).toMatch(/^500/);
    expect(await isDimmed(page, colour)).toBe(false);
    expect(await page.getByRole('button', { name: 'Send again' }).isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.id')).toBe('send');
  });

  it('is dimmed while it is repeated', async () => {
    const { page } = await openPlayground();
    const colour = await getTextColour(page);
    await simulate(page, 'It never answers');
    await page.locator('#send').click();
    await page.getByText('Waiting for the answer…').waitFor();
    expect(await isDimmed(page, colour)).toBe(true);
    const section = page.locator('#exchange');
    expect(await section.getAttribute('aria-busy')).toBe('true');
    await waitForAnswer(page);
    expect(await isDimmed(page, colour)).toBe(false);
    expect(await section.getAttribute('aria-busy')).toBe('false');
  });

  it('is that of the last request, whichever is answered first', async () => {
    const { page } = await openPlayground();
    await simulate(page, 'It never answers', '/auth/token/fail');
    await page.getByRole('button', { name: 'Wrong password' }).click();
    expect(await sendExample(page, 'Wrong client')).toContain('invalid_client');
    const late = await page.waitForResponse((response) => response.url().endsWith('/exchanges'));
    expect(await late.text()).toContain('INVALID_RESOURCE_OWNER_CREDENTIALS');
    expect(await page.locator('#status').innerText()).toContain('invalid_client');
  });

  it('is dimmed when the server is not there any more', async () => {
    const { page } = await openPlayground();
    const colour = await getTextColour(page);
    await page.evaluate('window.fetch = () => Promise.reject(new TypeError("Failed to fetch"))');
    await page.locator('#send').click();
    await page.getByText('The server does not answer. Is it still running?').waitFor();
    expect(await isDimmed(page, colour)).toBe(true);
  });
});
