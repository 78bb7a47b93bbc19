import { cleanUp } from './cleanup';
import { until } from './until';

/** What Node calls that which keeps a process from ending and must not outlive a fault. */
const LASTING = /^(TCP|TLS|Pipe|HTTP|Timeout|DNS|GetAddrInfo)/;

/** The names of what is open in this process, each as often as it is open. */
function openResources(): string[] {
  return process.getActiveResourcesInfo().filter((resource) => LASTING.test(resource));
}

/** What is open now and was not before. Jest has a timer of its own that comes and goes. */
function openedSince(before: readonly string[]): string[] {
  const known = [...before];
  return openResources().filter((resource) => {
    const at = known.indexOf(resource);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

/**
 * Has each test of the file watched: it fails if a socket, server or timer is left once everything
 * that it started is closed, or if Node warns of something. That nothing is rejected unhandled or
 * thrown uncaught is watched by Jest.
 */
export function watchEachTest(): void {
  beforeEach(() => {
    const before = openResources();
    const warnings: string[] = [];
    const onWarning = (warning: Error): unknown => warnings.push(String(warning));
    process.on('warning', onWarning);
    // The first to be registered is the last to run.
    cleanUp(async () => {
      await until(() => openedSince(before).length === 0).catch(() => undefined);
      process.off('warning', onWarning);
      expect({ left: openedSince(before), warnings }).toEqual({ left: [], warnings: [] });
    });
  });
}
