import { cleanUp } from '../cleanup';
import { until } from '../until';
import { watchNodeWarnings } from './warnings';

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
 * Watches each test of the file: it fails if a socket, server or timer is left once everything that
 * it started is closed, or if Node warns of something. Jest watches for unhandled rejections and
 * uncaught exceptions.
 */
export function watchEachTest(): void {
  beforeEach(() => {
    const before = openResources();
    // The first to be registered are the last to run.
    const warnings = watchNodeWarnings();
    cleanUp(async () => {
      await until(() => openedSince(before).length === 0).catch(() => undefined);
      expect({ left: openedSince(before), warnings: warnings.map(String) }).toEqual({
        left: [],
        warnings: [],
      });
    });
  });
}
