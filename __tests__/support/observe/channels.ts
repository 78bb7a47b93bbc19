import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { DiagnosticsEvents } from 'express-authlete-token-fail';
import { cleanUp } from '../cleanup';

type Name = keyof DiagnosticsEvents;

/** Every channel there is. */
export const CHANNELS = Object.keys({
  'express-authlete-token-fail:call': true,
  'express-authlete-token-fail:circuit': true,
  'express-authlete-token-fail:outcome': true,
  'express-authlete-token-fail:load': true,
} satisfies Record<Name, true>) as Name[];

/** Keeps what is published on a channel during the current test. */
export function watchChannel<N extends Name>(name: N): DiagnosticsEvents[N][] {
  const events: DiagnosticsEvents[N][] = [];
  const listener = (event: unknown): unknown => events.push(event as DiagnosticsEvents[N]);
  subscribe(name, listener);
  cleanUp(() => unsubscribe(name, listener));
  return events;
}

/** Keeps what is published on any channel. */
export function watchChannels(): unknown[][] {
  return CHANNELS.map(watchChannel);
}
