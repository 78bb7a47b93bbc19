import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { DiagnosticsEvents } from '../outcome/channels.js';

/**
 * Calls a function with each event of a channel. What it throws, because an exporter of the app's
 * does, is dropped: a channel would make it an uncaught exception.
 *
 * @returns a function that stops it
 */
export function listen<N extends keyof DiagnosticsEvents>(
  name: N,
  listener: (event: DiagnosticsEvents[N]) => void,
): () => void {
  const onMessage = (message: unknown): void => {
    try {
      listener(message as DiagnosticsEvents[N]);
    } catch {
      // Telemetry must not end the process that it observes.
    }
  };
  subscribe(name, onMessage);
  return () => {
    unsubscribe(name, onMessage);
  };
}
