import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { openPage } from '../support/browser';
import { startPlayground } from '../support/playground';
import { PASSWORD } from '../support/secrets';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Presses Send and waits for the answer; gives what the page says of it. */
async function send(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Send' }).click();
  return answerOn(page);
}

/** Waits for the answer of the exchange under way. */
async function answerOn(page: Page): Promise<string> {
  const status = page.locator('#status');
  await status.getByText(/in \d steps/).waitFor();
  return status.innerText();
}

/** The titles of the steps that are listed. */
async function titlesOn(page: Page): Promise<string[]> {
  return page
    .getByRole('list', { name: 'Step by step' })
    .locator('h4 > :first-child')
    .allInnerTexts();
}

/** The texts of the sequence diagram, from top to bottom. */
async function diagramOn(page: Page): Promise<string[]> {
  const texts = page
    .getByRole('img', { name: /^Sequence diagram/ })
    .locator('.message > text, .note > text');
  return texts.allTextContents();
}

/** What axe-core has against the page as it is now. */
async function violationsOn(page: Page): Promise<unknown[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** Pixels that the page can be scrolled sideways. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

describe('the playground in a browser', () => {
  it('shows what becomes of a wrong password', async () => {
    const page = await openPage((await startPlayground()).url);
    expect(await send(page)).toMatch(/^400 Bad Request\s+invalid_request/);
    expect(await titlesOn(page)).toEqual([
      'The client application asks for a token',
      'The token endpoint calls /auth/token',
      'The token endpoint checks the password',
      'The token endpoint calls /auth/token/fail',
      'The client application is answered',
    ]);
    expect(await diagramOn(page)).toEqual([
      'POST /token',
      '/auth/token',
      'PASSWORD',
      'wrong password',
      '/auth/token/fail',
      'BAD_REQUEST',
      '400 invalid_request',
    ]);
    const steps = page.getByRole('listitem');
    expect(await steps.nth(3).innerText()).toMatch(/INVALID_RESOURCE_OWNER_CREDENTIALS[^]*A067301/);
    expect(await steps.nth(4).innerText()).toMatch(/cache-control: no-store[^]*\[A067301\]/);
  });

  it('shows what becomes of the right password, but no secret', async () => {
    const page = await openPage((await startPlayground()).url);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    expect(await send(page)).toMatch(/^200 OK\s+a token was issued/);
    expect((await diagramOn(page)).slice(-3)).toEqual(['/auth/token/issue', 'OK', '200 token']);
    const text = await page.locator('body').innerText();
    expect(text).toContain('"access_token":"••••••"');
    expect(text).not.toMatch(/PLANTED|[\w-]{43}/);
  });

  it('shows what becomes of a request when upstream stalls', async () => {
    const { url, emulator } = await startPlayground();
    const page = await openPage(url);
    await page.getByLabel('Which calls').selectOption('/auth/token/fail');
    await page.getByLabel('Never answer').check();
    await page.getByText('In force: /auth/token/fail is never answered.').waitFor();
    expect(emulator.faults.of('/auth/token/fail')).toEqual({ stall: true });

    expect(await send(page)).toMatch(/^500 Internal Server Error\s+server_error/);
    expect((await diagramOn(page)).slice(-4)).toEqual([
      '/auth/token/fail',
      'never answered',
      'ERR_ATF_TIMEOUT',
      '500 server_error',
    ]);
    expect(await page.getByRole('listitem').nth(3).innerText()).toContain(
      'The token endpoint gave up: Authlete did not answer within 2000 ms (ERR_ATF_TIMEOUT).',
    );

    await page.getByLabel('None').check();
    await page.getByText('In force: none.').waitFor();
    await page.locator('#send').click();
    await page.locator('#status').getByText('400 Bad Request').waitFor();
  });

  it('tells the reason that it is asked to', async () => {
    const page = await openPage((await startPlayground()).url);
    await page.getByLabel('Reason').selectOption('INVALID_TARGET');
    expect(await send(page)).toMatch(/^400 Bad Request\s+invalid_target/);
  });

  it('has its switches as the emulator has its faults', async () => {
    const { url, emulator } = await startPlayground();
    emulator.faults.set({ api: '/auth/token/issue', failWith: 503 });
    const page = await openPage(url);
    await page.getByText('In force: /auth/token/issue is refused with 503.').waitFor();
    expect(await page.getByLabel('Refuse calls with status 503').isChecked()).toBe(true);
    expect(await page.getByLabel('Which calls').inputValue()).toBe('/auth/token/issue');
  });
});

describe('the playground by keyboard', () => {
  it('takes a request from the first field to the button, and keeps the focus', async () => {
    const page = await openPage((await startPlayground()).url);
    const focused = () => page.evaluate<string>('document.activeElement.id');
    const visited: string[] = [];
    for (const text of ['jane', 'wrong', '', '', '']) {
      await page.keyboard.press('Tab');
      if (text) await page.keyboard.type(text);
      visited.push(await focused());
    }
    await page.keyboard.press('Tab');
    expect([...visited, await focused()]).toEqual([
      ...['username', 'password', 'reveal', 'client', 'reason', 'send'],
    ]);
    await page.keyboard.press('Enter');
    expect(await answerOn(page)).toMatch(/^400 Bad Request/);
    expect(await page.getByRole('listitem').first().innerText()).toContain('username=jane');
    expect(await focused()).toBe('send');
  });

  it('takes a fault', async () => {
    const { url, emulator } = await startPlayground();
    const page = await openPage(url);
    await page.getByLabel('None').focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText(/^In force: .* refused with 503/).waitFor();
    expect(emulator.faults.of('/auth/token')).toEqual({ failWith: 503 });
  });

  it('shows the password on demand', async () => {
    const page = await openPage((await startPlayground()).url);
    const type = () => page.getByLabel('Password', { exact: true }).getAttribute('type');
    expect(await type()).toBe('password');
    await page.getByRole('button', { name: 'Show password' }).press('Enter');
    expect(await type()).toBe('text');
    await page.getByRole('button', { name: 'Hide password' }).press('Enter');
    expect(await type()).toBe('password');
  });

  it('shows where the focus is', async () => {
    const page = await openPage((await startPlayground()).url);
    await page.keyboard.press('Tab');
    const outline = 'getComputedStyle(document.activeElement).outlineWidth';
    expect(await page.evaluate<string>(outline)).toBe('3px');
  });
});

describe.each(['light', 'dark'] as const)('the playground in the %s', (colorScheme) => {
  it.each([
    ['a desktop', {}],
    ['a phone', PHONE],
  ])('is accessible on %s, before an exchange and after', async (_what, device) => {
    const { url } = await startPlayground();
    const page = await openPage(url, { colorScheme, reducedMotion: 'reduce', ...device });
    expect(await violationsOn(page)).toEqual([]);
    await send(page);
    expect(await violationsOn(page)).toEqual([]);
  });

  it('is accessible after a success and after a failure of upstream', async () => {
    const { url, emulator } = await startPlayground();
    const options = { colorScheme, reducedMotion: 'reduce' } as const;
    const success = await openPage(url, options);
    await success.getByLabel('Password', { exact: true }).fill(PASSWORD);
    expect(await send(success)).toContain('200');
    expect(await violationsOn(success)).toEqual([]);
    emulator.faults.set({ failWith: 503 });
    const failure = await openPage(url, options);
    expect(await send(failure)).toContain('500');
    expect(await violationsOn(failure)).toEqual([]);
  });

  it('has colours of its own', async () => {
    const page = await openPage((await startPlayground()).url, { colorScheme });
    const colour = 'getComputedStyle(document.documentElement).backgroundColor';
    const [red = 0] = /\d+/.exec(await page.evaluate<string>(colour)) ?? [];
    expect(Number(red) > 127).toBe(colorScheme === 'light');
  });
});

describe('the playground on a phone', () => {
  it('fits, and shows the exchange once there is one', async () => {
    const { url, emulator } = await startPlayground();
    emulator.faults.set({ api: '/auth/token/fail', failWith: 503 });
    const page = await openPage(url, { ...PHONE, reducedMotion: 'reduce' });
    expect(await overflowOf(page)).toBe(0);
    await send(page);
    expect(await overflowOf(page)).toBe(0);
    const box = await page.getByRole('heading', { name: 'The exchange' }).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(PHONE.viewport.height / 2);
  });
});
