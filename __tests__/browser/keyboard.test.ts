import type { Page } from 'playwright-core';
import { getStep, openPlayground, waitForAnswer } from '../support/browser/playground-page';

/** What has the focus: its ID, or what is written on it. */
const getFocused = (page: Page): Promise<string> =>
  page.evaluate<string>('document.activeElement.id || document.activeElement.innerText.trim()');

describe('the playground by keyboard', () => {
  it('goes from the examples to the fields, the button and what is folded', async () => {
    const { page } = await openPlayground();
    const visited: string[] = [];
    for (let presses = 0; presses < 10; presses++) {
      await page.keyboard.press('Tab');
      visited.push(await getFocused(page));
    }
    expect(visited.map((name) => name.split('\n')[0])).toEqual([
      ...['Wrong password', 'Right password', 'Unknown user', 'Wrong client'],
      ...['username', 'password', 'client', 'send', 'Advanced', 'Simulate an outage'],
    ]);
  });

  it('sends what was typed, and keeps the focus', async () => {
    const { page } = await openPlayground();
    await page.getByLabel('Username').focus();
    await page.keyboard.type('jane');
    await page.keyboard.press('Enter');
    expect(await waitForAnswer(page)).toMatch(/^400 Bad Request/);
    expect(await getStep(page, 1).innerText()).toContain('&username=jane');
    expect(await getFocused(page)).toBe('username');
    await page.locator('#send').press('Enter');
    await waitForAnswer(page);
    expect(await getFocused(page)).toBe('send');
  });

  it('sends an example, and keeps the focus', async () => {
    const { page } = await openPlayground();
    await page.getByRole('button', { name: 'Right password' }).press('Space');
    expect(await waitForAnswer(page)).toMatch(/^200 OK/);
    expect(await getFocused(page)).toBe('Right password');
  });

  it('chooses an outage', async () => {
    const { page, emulator } = await openPlayground();
    await page.getByLabel('Nothing').focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('Now: each call is refused with 503.').waitFor();
    expect(emulator.faults.of('/auth/token')).toEqual({ failWith: 503 });
  });

  it('shows where the focus is', async () => {
    const { page } = await openPlayground();
    await page.keyboard.press('Tab');
    const outline = 'getComputedStyle(document.activeElement).outlineWidth';
    expect(await page.evaluate<string>(outline)).toBe('3px');
  });
});
