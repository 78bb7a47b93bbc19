import { callHook } from '../lib/hooks';

describe('callHook', () => {
  it('calls the hook with its arguments', () => {
    const hook = jest.fn();
    callHook(hook, 1, 'two');
    expect(hook).toHaveBeenCalledWith(1, 'two');
  });

  it.each<[string, (() => unknown) | undefined]>([
    ['is missing', undefined],
    [
      'throws',
      () => {
        throw new Error('hook');
      },
    ],
    ['rejects', () => Promise.reject(new Error('hook'))],
    ['never settles', () => new Promise(() => undefined)],
    [
      'gives a thenable that throws',
      () => ({
        then: () => {
          throw new Error('hook');
        },
      }),
    ],
  ])('does nothing more when the hook %s', async (_what, hook) => {
    expect(() => callHook(hook)).not.toThrow();
    // Jest fails a test that leaves a rejection unhandled.
    await new Promise(setImmediate);
  });
});
