import {
  type AuthleteEmulator,
  type AuthleteEmulatorOptions,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../cleanup';
import { BEARER_TOKEN } from '../secrets/secrets';

/** Starts an emulator for the current test; with the planted token, unless the options differ. */
export async function startEmulator(
  options: AuthleteEmulatorOptions = {},
): Promise<{ emulator: AuthleteEmulator; url: string }> {
  const emulator = createAuthleteEmulator({
    accessToken: BEARER_TOKEN,
    onNotice: () => undefined,
    ...options,
  });
  const { url, close } = await emulator.listen();
  cleanUp(() => close());
  return { emulator, url };
}

/** Sends an API call as JSON; the planted token is its default `Authorization`. */
export async function post(
  url: string,
  request: object,
  authorization = `Bearer ${BEARER_TOKEN}`,
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}
