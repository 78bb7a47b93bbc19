import { startDeadline } from '../lib/deadline';

const ERRORS = {
  timedOut: (timeout: number) => new Error(`not within ${timeout} ms`),
  aborted: () => new Error('given up'),
};

const never = new Promise<never>(() => undefined);

describe('startDeadline', () => {
  it('lets work through that is done in time', async () => {
    const deadline = startDeadline(60_000, undefined, ERRORS);
    await expect(deadline.race(Promise.resolve('done'))).resolves.toBe('done');
    await expect(deadline.race(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    deadline.clear();
    expect(deadline.signal.aborted).toBe(false);
  });

  it('rejects and aborts its signal when the time is over', async () => {
    const deadline = startDeadline(5, undefined, ERRORS);
    await expect(deadline.race(never)).rejects.toThrow('not within 5 ms');
    expect(deadline.signal.aborted).toBe(true);
  });

  it('rejects when the caller gives up', async () => {
    const caller = new AbortController();
    const deadline = startDeadline(60_000, caller.signal, ERRORS);
    const raced = deadline.race(never);
    caller.abort(new Error('the reason is the host’s own'));
    await expect(raced).rejects.toThrow('given up');
    expect(deadline.signal.aborted).toBe(true);
    deadline.clear();
  });

  it('rejects at once when the caller has given up before', async () => {
    const deadline = startDeadline(60_000, AbortSignal.abort(), ERRORS);
    await expect(deadline.race(never)).rejects.toThrow('given up');
    deadline.clear();
  });

  it('swallows what the work does after it has lost the race', async () => {
    const deadline = startDeadline(1, undefined, ERRORS);
    let fail = (_error: Error): void => undefined;
    const work = new Promise<never>((_resolve, reject) => (fail = reject));
    await expect(deadline.race(work)).rejects.toThrow('not within 1 ms');
    fail(new Error('late'));
    // Jest fails a test that leaves a rejection unhandled.
    await new Promise(setImmediate);
  });

  it('frees its timer and its listener when cleared', () => {
    const caller = new AbortController();
    const removed = jest.spyOn(caller.signal, 'removeEventListener');
    const before = timers();
    const deadline = startDeadline(60_000, caller.signal, ERRORS);
    expect(timers()).toBe(before + 1);
    deadline.clear();
    expect(timers()).toBe(before);
    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
