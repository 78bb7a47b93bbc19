import { exchangeOf } from '../support/examples/playground';
import {
  getDiagram,
  getStep,
  openPlayground,
  send,
  sendExample,
  simulate,
} from '../support/browser/playground-page';

const FAIL = '/auth/token/fail';

describe('an outage in the playground', () => {
  it.each([
    [
      'It refuses calls (503)',
      '',
      'Wrong password',
      ['/auth/token', 'status 503', 'ERR_ATF_HTTP_STATUS', '500 server_error'],
      'no ticket',
    ],
    [
      'It has too many calls (429)',
      FAIL,
      'Wrong password',
      [
        ...[FAIL, 'status 429', FAIL, 'status 429', FAIL, 'status 429'],
        ...['ERR_ATF_THROTTLED', '500 server_error', 'ticket still open'],
      ],
      'No call that ends it got through. It stays open until it expires.',
    ],
    [
      'It answers after 0.5 seconds',
      FAIL,
      'Wrong password',
      [FAIL, 'BAD_REQUEST after 0.5 s', '400 invalid_request', 'ticket closed'],
      'Your app closed it.',
    ],
    [
      'It answers after 3 seconds',
      FAIL,
      'Wrong password',
      [FAIL, 'answer too late', 'ERR_ATF_TIMEOUT', '500 server_error', 'ticket closed'],
      'Authlete closed it, but its reply came too late for your app.',
    ],
    [
      'It answers after 3 seconds',
      '/auth/token',
      'Wrong password',
      [
        '/auth/token',
        'answer too late',
        'ERR_ATF_TIMEOUT',
        '500 server_error',
        'ticket still open',
      ],
      'Authlete opened it, but its reply came too late for your app.',
    ],
    [
      'It answers after 3 seconds',
      '/auth/token/issue',
      'Right password',
      [
        ...['/auth/token/issue', 'answer too late', 'ERR_ATF_TIMEOUT'],
        ...[FAIL, 'INTERNAL_SERVER_ERROR', '500 server_error', 'ticket used'],
      ],
      'Nobody got the token.',
    ],
    [
      'It never answers',
      FAIL,
      'Wrong password',
      [FAIL, 'no answer', 'ERR_ATF_TIMEOUT', '500 server_error', 'ticket still open'],
      'It stays open until it expires.',
    ],
  ])('is shown to the end: %s %s %s', async (label, api, example, diagram, fate) => {
    const { page } = await openPlayground();
    await simulate(page, label, api);
    await sendExample(page, example);
    expect((await getDiagram(page)).slice(-diagram.length)).toEqual(diagram);
    expect(await page.locator('#fate').innerText()).toContain(fate);
  });

  it('says why a call failed, and that the client application does not learn it', async () => {
    const { page } = await openPlayground();
    await simulate(page, 'It never answers', FAIL);
    expect(await send(page)).toMatch(/^500 Internal Server Error\s+server_error/);
    const why = '/auth/token/fail: Authlete did not answer within 2000 ms';
    expect(await getStep(page, 4).innerText()).toContain(`${why} (ERR_ATF_TIMEOUT).`);
    expect(await page.locator('#explanation').innerText()).toBe(
      `${why}. The client application does not learn that; your app does.`,
    );
    expect(await getStep(page, 5).innerText()).not.toContain('did not answer');
  });

  it('lists the attempts of a call that was sent again', async () => {
    const { page } = await openPlayground();
    await simulate(page, 'It has too many calls (429)', FAIL);
    await send(page);
    expect(await getStep(page, 4).innerText()).toMatch(/1 of 3[^]*2 of 3[^]*3 of 3[^]*was safe/);
  });

  it('is shown when calls are not even sent, because so many have failed', async () => {
    const playground = await openPlayground();
    await simulate(playground.page, 'It never answers');
    await Promise.all(Array.from({ length: 30 }, () => exchangeOf(playground)));
    let diagram: string[] = [];
    // Once a second, a call is sent to see whether Authlete is up again.
    for (let tries = 0; tries < 5 && !diagram.includes('call not sent'); tries++) {
      await send(playground.page);
      diagram = await getDiagram(playground.page);
    }
    const call = ['call not sent', 'ERR_ATF_CIRCUIT_OPEN', '500 server_error'];
    expect(diagram).toEqual(['POST /token', ...call]);
    expect(await getStep(playground.page, 2).innerText()).toContain('The call was not sent.');
  });

  it('ends when nothing goes wrong any more', async () => {
    const { page, emulator } = await openPlayground({}, { failWith: 503 });
    expect(await page.locator('#status').innerText()).toMatch(/^500/);
    await page.getByLabel('Nothing').check();
    await page.locator('#outage-now').getByText('off').waitFor();
    expect(emulator.faults.of('/auth/token')).toBeUndefined();
    await page.getByRole('button', { name: 'Send the request again' }).click();
    await page.locator('#status').getByText('400 Bad Request').waitFor();
  });

  it('is in the switches as it is in the emulator', async () => {
    const { page } = await openPlayground({}, { api: '/auth/token/issue', failWith: 503 });
    await page.getByText('Now: /auth/token/issue is refused with 503.').waitFor();
    expect(await page.getByLabel('It refuses calls (503)').isChecked()).toBe(true);
    expect(await page.getByLabel('Which calls').inputValue()).toBe('/auth/token/issue');
  });

  it('is in no switch if the page does not offer it', async () => {
    const { page } = await openPlayground({}, { api: FAIL, failWith: 404 });
    await page.getByText(`Now: ${FAIL} is refused with 404.`).waitFor();
    expect(await page.locator('input[type=radio]:checked').count()).toBe(0);
  });
});
