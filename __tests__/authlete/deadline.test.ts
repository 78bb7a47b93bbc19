import { getEventListeners } from 'node:events';
import { Deadline } from '../../lib/authlete/deadline';
import { countTimers } from '../support/authlete/client';
import { cleanUp } from '../support/cleanup';

const never = new Promise<never>(() => undefined);

/** Starts a deadline for the current test. */
function startDeadline(timeout: number, caller?: AbortSignal): Deadline {
  const deadline = new Deadline(timeout, caller, {
    timedOut: () => new Error(`not within ${timeout} ms`),
    aborted: () => new Error('aborted by its caller'),
  });
  cleanUp(() => deadline.clear());
  return deadline;
}

describe('a deadline', () => {
  it('lets work through that is done in time', async () => {
    const deadline = startDeadline(60_000);
    await expect(deadline.race(Promise.resolve('done'))).resolves.toBe('done');
    await expect(deadline.race(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect([deadline.aborted, deadline.signal.aborted]).toEqual([false, false]);
    expect(() => deadline.throwIfEnded()).not.toThrow();
    expect(deadline.remaining()).toBeGreaterThan(50_000);
    expect(deadline.timeout).toBe(60_000);
  });

  it('rejects, and aborts its signal, when the time is up', async () => {
    const deadline = startDeadline(5);
    const { signal } = deadline;
    await expect(deadline.race(never)).rejects.toThrow('not within 5 ms');
    expect([deadline.aborted, signal.aborted]).toEqual([true, true]);
    expect(() => deadline.throwIfEnded()).toThrow('not within 5 ms');
    await expect(deadline.race(Promise.resolve())).rejects.toThrow('not within 5 ms');
  });

  it('creates its signal when it is asked for, once, even after its end', async () => {
    const deadline = startDeadline(5);
    await expect(deadline.race(never)).rejects.toThrow();
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.signal).toBe(deadline.signal);
    expect(deadline.signal).toBeInstanceOf(AbortSignal);
  });

  it('rejects when the caller aborts', async () => {
    const caller = new AbortController();
    const deadline = startDeadline(60_000, caller.signal);
    const raced = [deadline.race(never), deadline.race(never)];
    const { signal } = deadline;
    caller.abort(new Error('the app’s own reason'));
    for (const race of raced) await expect(race).rejects.toThrow('aborted by its caller');
    expect(signal.aborted).toBe(true);
  });

  it('rejects at once when the caller has aborted before', async () => {
    const deadline = startDeadline(60_000, AbortSignal.abort());
    expect(deadline.aborted).toBe(true);
    await expect(deadline.race(never)).rejects.toThrow('aborted by its caller');
  });

  it('calls the listeners of axios, but for those that were taken away', async () => {
    const deadline = startDeadline(5);
    const [kept, removed] = [jest.fn(), jest.fn()];
    deadline.addEventListener('abort', kept);
    deadline.addEventListener('abort', removed);
    deadline.removeEventListener('abort', removed);
    await expect(deadline.race(never)).rejects.toThrow();
    expect(kept).toHaveBeenCalledTimes(1);
    expect(removed).not.toHaveBeenCalled();
  });

  it('ignores what the work does once it is too late', async () => {
    const deadline = startDeadline(1);
    let fail = (_error: Error): void => undefined;
    const work = new Promise<never>((_resolve, reject) => (fail = reject));
    await expect(deadline.race(work)).rejects.toThrow('not within 1 ms');
    fail(new Error('late'));
    // Jest fails a test that leaves a rejection unhandled.
    await new Promise(setImmediate);
  });

  it('frees its timer and its listeners when it is cleared', () => {
    const caller = new AbortController();
    const listener = jest.fn();
    const before = countTimers();
    const deadline = startDeadline(60_000, caller.signal);
    deadline.addEventListener('abort', listener);
    expect(countTimers()).toBe(before + 1);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1);
    deadline.clear();
    expect(countTimers()).toBe(before);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
    caller.abort();
    expect(listener).not.toHaveBeenCalled();
  });

  it('listens to a signal of another kind', async () => {
    const listeners = new Set<() => void>();
    const caller = {
      aborted: false,
      addEventListener: (_type: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
    };
    const deadline = startDeadline(60_000, caller as unknown as AbortSignal);
    const race = deadline.race(never);
    for (const listener of listeners) listener();
    await expect(race).rejects.toThrow('aborted by its caller');
    deadline.clear();
    expect(listeners.size).toBe(0);
  });
});
