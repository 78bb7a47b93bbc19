import {
  getViolations,
  openPlayground,
  send,
  sendExample,
  simulate,
} from '../support/browser/playground-page';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describe.each(['light', 'dark'] as const)('the playground in the %s', (colorScheme) => {
  describe.each([
    ['a desktop', {}],
    ['a phone', PHONE],
  ])('on %s', (_what, device) => {
    const open = () => openPlayground({ colorScheme, ...device });

    it.each(['Wrong password', 'Right password', 'Wrong client'])(
      'is accessible after an example: %s',
      async (name) => {
        const { page } = await open();
        await sendExample(page, name);
        expect(await getViolations(page)).toEqual([]);
      },
    );

    it('is accessible in an outage', async () => {
      const fault = { api: '/auth/token/fail', failWith: 429 } as const;
      const { page } = await openPlayground({ colorScheme, ...device }, fault);
      expect(await page.locator('#fate').innerText()).toContain('still open');
      expect(await getViolations(page)).toEqual([]);
    });

    it('is accessible with everything unfolded', async () => {
      const { page } = await open();
      await page.evaluate('document.querySelectorAll("details").forEach((d) => { d.open = true })');
      expect(await getViolations(page)).toEqual([]);
    });

    it('is accessible with a term explained', async () => {
      const { page } = await open();
      await page.locator('#steps .term').first().focus();
      expect(await page.getByRole('tooltip').isVisible()).toBe(true);
      expect(await getViolations(page)).toEqual([]);
    });

    it('is accessible with an exchange that is dimmed', async () => {
      const { page } = await open();
      await page.getByLabel('Username').fill('jane');
      await page.getByText('This was before your change.').waitFor();
      expect(await getViolations(page)).toEqual([]);
    });

    it('is accessible while it waits', async () => {
      const { page } = await open();
      await page.evaluate('document.getElementById("outage").open = true');
      await simulate(page, 'It never answers');
      const sent = send(page);
      await page.getByText('Waiting for the answer…').waitFor();
      expect(await getViolations(page)).toEqual([]);
      await sent;
    });
  });

  it('has colours of its own', async () => {
    const { page } = await openPlayground({ colorScheme });
    const colour = 'getComputedStyle(document.documentElement).backgroundColor';
    const [red = 0] = /\d+/.exec(await page.evaluate<string>(colour)) ?? [];
    expect(Number(red) > 127).toBe(colorScheme === 'light');
  });
});
