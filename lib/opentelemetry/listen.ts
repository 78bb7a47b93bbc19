import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { DiagnosticsEvents } from '../diagnostics.js';

/**
 * Has a function called with each event of a channel.
 *
 * @returns what stops it
 */
export function listen<N extends keyof DiagnosticsEvents>(
  name: N,
  listener: (event: DiagnosticsEvents[N]) => void,
): () => void {
  const onMessage = (message: unknown): void => {
    listener(message as DiagnosticsEvents[N]);
  };
  subscribe(name, onMessage);
  return () => {
    unsubscribe(name, onMessage);
  };
}
