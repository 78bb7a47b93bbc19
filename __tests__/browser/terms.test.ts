import type { Locator, Page } from 'playwright-core';
import { openPlayground, sendExample } from '../support/browser/playground-page';

const TERMS = ['ticket', 'reason', 'action', 'responseContent', 'subject', 'service ID', 'outcome'];

const getTerm = (page: Page, term: string): Locator =>
  page.locator('#exchange').getByRole('button', { name: term, exact: true }).first();

describe('a term in the playground', () => {
  it.each(TERMS)('is explained on hover: %s', async (term) => {
    const { page } = await openPlayground();
    const tooltip = page.getByRole('tooltip');
    expect(await tooltip.isVisible()).toBe(false);
    await getTerm(page, term).hover();
    const listed = page.locator('#words dt', { hasText: term }).locator('+ dd');
    expect(await tooltip.textContent()).toBe(await listed.textContent());
    expect(await tooltip.isVisible()).toBe(true);
    await page.mouse.move(0, 0);
    await tooltip.waitFor({ state: 'hidden' });
  });

  it.each(TERMS)('is explained on focus, and to a screen reader: %s', async (term) => {
    const { page } = await openPlayground();
    const tooltip = page.getByRole('tooltip');
    const button = getTerm(page, term);
    await button.focus();
    const explanation = (await tooltip.textContent()) ?? '';
    const id = (await button.getAttribute('aria-describedby')) ?? '';
    expect(await page.locator(`#${id}`).textContent()).toBe(explanation);
    await page.keyboard.press('Escape');
    expect(await tooltip.isVisible()).toBe(false);
    await button.blur();
    await button.focus();
    expect(await tooltip.isVisible()).toBe(true);
    await button.blur();
    expect(await tooltip.isVisible()).toBe(false);
  });

  it('stays explained while the pointer is on the explanation', async () => {
    const { page } = await openPlayground();
    await getTerm(page, 'ticket').hover();
    await page.getByRole('tooltip').hover();
    // Longer than an explanation stays without the pointer.
    await page.waitForTimeout(600);
    expect(await page.getByRole('tooltip').isVisible()).toBe(true);
  });

  it('is not explained any more once its exchange is gone', async () => {
    const { page } = await openPlayground();
    await getTerm(page, 'ticket').focus();
    expect(await page.getByRole('tooltip').isVisible()).toBe(true);
    await page.evaluate('document.getElementById("attempt").requestSubmit()');
    await page.getByRole('tooltip').waitFor({ state: 'hidden' });
  });

  it('is explained beside it, even if the browser scrolls to it', async () => {
    const { page } = await openPlayground({ reducedMotion: 'no-preference' });
    const gap = await page.evaluate<number>(`new Promise((resolve) => {
      const term = document.querySelector('#fate .term');
      // Scrolling is smooth, which takes a while.
      addEventListener('scrollend', () => {
        const { top, bottom } = term.getBoundingClientRect();
        const explained = document.getElementById('explained').getBoundingClientRect();
        resolve(Math.max(explained.top - bottom, top - explained.bottom));
      });
      term.focus();
    })`);
    expect(gap).toBeGreaterThan(0);
    expect(gap).toBeLessThan(20);
    expect(await page.getByRole('tooltip').isVisible()).toBe(true);
  });

  it('is explained on a tap, within a phone’s window', async () => {
    const width = 360;
    const device = { viewport: { width, height: 740 }, isMobile: true, hasTouch: true };
    const { page } = await openPlayground(device);
    await sendExample(page, 'Right password');
    for (const term of TERMS.filter((name) => name !== 'reason')) {
      await getTerm(page, term).tap();
      const box = await page.getByRole('tooltip').boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? width)).toBeLessThanOrEqual(width);
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 0) + (box?.height ?? 740)).toBeLessThanOrEqual(740);
    }
  });
});
