import { cleanUp } from '../cleanup';

/** Keeps what the current test writes to standard output and error, by whatever way. */
export function watchOutput(): { text: () => string } {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
    cleanUp(() => write.mockRestore());
  }
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    const call = jest.spyOn(console, method).mockImplementation((...values: unknown[]) => {
      written.push(...values.map(String));
    });
    cleanUp(() => call.mockRestore());
  }
  return { text: () => written.join('\n') };
}
