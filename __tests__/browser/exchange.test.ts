import { openPlayground, getDiagram, getStep, getTitles } from '../support/browser/playground-page';
import { send, sendExample, simulate } from '../support/browser/playground-page';

const FATE = '#fate .fate';

describe('the playground in a browser', () => {
  it('shows what becomes of a wrong password at once', async () => {
    const { page } = await openPlayground();
    expect(await page.locator('#status').innerText()).toMatch(
      /^400 Bad Request\s+invalid_request\s+ticket closed\s+\d+ ms, 5 steps$/,
    );
    expect(await page.locator('#explanation').innerText()).toContain('the password is wrong');
    expect(await getTitles(page)).toEqual([
      'The client application asks for a token',
      'Your app calls /auth/token',
      'Your app checks the password',
      'Your app calls /auth/token/fail',
      'The client application gets the answer',
    ]);
    expect(await getDiagram(page)).toEqual([
      'POST /token',
      '/auth/token',
      'PASSWORD',
      'wrong credentials',
      '/auth/token/fail',
      'BAD_REQUEST',
      '400 invalid_request',
      'ticket closed',
    ]);
    expect(await getStep(page, 4).innerText()).toMatch(
      /service ID\s+715948317\s+ticket\s+sha256:[^]*INVALID_RESOURCE_OWNER_CREDENTIALS[^]*A067301/,
    );
  });

  it.each([
    ['Wrong password', /^400 Bad Request\s+invalid_request/, 5, 'ticket closed'],
    ['Right password', /^200 OK\s+a token was issued/, 5, 'ticket used'],
    ['Unknown user', /^400 Bad Request\s+invalid_request/, 5, 'ticket closed'],
    ['Wrong client', /^400 Bad Request\s+invalid_client/, 3, 'no ticket'],
  ])('sends an example at the press of a button: %s', async (name, status, steps, fate) => {
    const { page } = await openPlayground();
    expect(await sendExample(page, name)).toMatch(status);
    expect(await getTitles(page)).toHaveLength(steps);
    expect(await page.locator(FATE).innerText()).toMatch(new RegExp(`^${fate}`));
    const examples = page.getByRole('group', { name: 'Examples' });
    expect(await examples.locator('[aria-current=true]').allInnerTexts()).toEqual([name]);
  });

  it('fills in the form with an example', async () => {
    const { page } = await openPlayground();
    await sendExample(page, 'Unknown user');
    expect(await page.getByLabel('Username').inputValue()).toBe('jane');
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('open-sesame');
    await sendExample(page, 'Wrong client');
    expect(await page.getByLabel('Username').inputValue()).toBe('john');
    expect(await page.getByLabel('Client ID').inputValue()).toBe('12345');
    expect(await getStep(page, 1).innerText()).toContain('&client_id=12345');
  });

  it('shows no secret of an exchange', async () => {
    const { page } = await openPlayground();
    await sendExample(page, 'Right password');
    const text = await page.locator('#exchange').innerText();
    expect(text).toContain('&password=••••••');
    expect(text).toContain('"access_token": "••••••"');
    expect(text).not.toMatch(/open-sesame|[\w-]{43}/);
  });

  it('tells Authlete the reason that is chosen under Advanced', async () => {
    const { page } = await openPlayground();
    const reason = page.getByLabel('Reason');
    expect(await reason.isVisible()).toBe(false);
    await page.getByText('Advanced').click();
    await reason.selectOption('INVALID_TARGET');
    expect(await send(page)).toMatch(/^400 Bad Request\s+invalid_target\s+ticket closed/);
    await sendExample(page, 'Wrong password');
    expect(await reason.inputValue()).toBe('INVALID_RESOURCE_OWNER_CREDENTIALS');
  });

  it('shows what the app can log', async () => {
    const { page } = await openPlayground();
    const outcome: unknown = JSON.parse(await page.locator('#outcome pre').innerText());
    expect(outcome).toMatchObject({
      outcome: 'failed',
      reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
      action: 'BAD_REQUEST',
      status: 400,
      resultCode: 'A067301',
    });
    await simulate(page, 'It refuses calls (503)');
    await send(page);
    expect(await page.locator('#outcome pre').innerText()).toContain('"ERR_ATF_HTTP_STATUS"');
  });

  it('shows the headers that matter, folds the others, and indents the body', async () => {
    const { page } = await openPlayground();
    const answer = getStep(page, 5);
    expect(await answer.locator('pre').first().innerText()).toMatch(
      /^400 Bad Request\ncontent-type: application\/json\ncache-control: no-store\npragma: no-cache\n\n\{\n {2}"error_desc/,
    );
    const date = answer.getByText(/^date: /m);
    expect(await date.isVisible()).toBe(false);
    await answer.getByText('4 more headers').click();
    expect(await date.innerText()).toMatch(/^connection: .*\ncontent-length: \d+\ndate: /);
  });

  it('says who wrote the body of the answer', async () => {
    const { page } = await openPlayground();
    expect(await getStep(page, 5).innerText()).toContain('The body is Authlete’s responseContent.');
    await simulate(page, 'It refuses calls (503)');
    await send(page);
    expect(await getStep(page, 3).innerText()).toContain('The body is this package’s own');
  });
});
