import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { getStep, openPlayground, send } from '../support/browser/playground-page';

/** The arguments that a shell would call curl with. */
function readArguments(line: string): string[] {
  const script = `curl() { for argument; do printf '%s\\0' "$argument"; done; }; ${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

async function copy(page: Page): Promise<string> {
  await getStep(page, 1).getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText('Copied, with the password.').waitFor();
  return page.evaluate<string>('navigator.clipboard.readText()');
}

const permissions = ['clipboard-read', 'clipboard-write'];

describe('the token request in the playground', () => {
  it('can be copied as the line that the server prints', async () => {
    const { page, url } = await openPlayground({ permissions });
    expect(await copy(page)).toBe(
      `curl -i ${url}/token -d grant_type=password -d client_id=26478243745571 ` +
        '-d username=john -d password=wrong',
    );
  });

  it('is copied so that a shell leaves it as it is', async () => {
    const { page } = await openPlayground({ permissions });
    const password = `it's $HOME & "50 %" \\ *`;
    await page.getByLabel('Password', { exact: true }).fill(password);
    await send(page);
    const parsed = readArguments(await copy(page));
    expect(parsed.slice(-2)).toEqual(['--data-urlencode', `password=${password}`]);
  });

  it('is shown where the browser does not let it be copied', async () => {
    const { page } = await openPlayground();
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error())');
    await getStep(page, 1).getByRole('button', { name: 'Copy as curl' }).click();
    await getStep(page, 1)
      .getByText(/^curl -i .* -d password=wrong$/)
      .waitFor();
  });
});
