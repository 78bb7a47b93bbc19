import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { basename } from 'node:path';

/** What one process asks another, and is answered, over the channel between them. */
interface Ask {
  id: number;
  name: string;
  argument: unknown;
}

type Reply = { id: number } & ({ value: unknown } | { failure: string });

/** A child process that answers. */
export interface Child {
  /** @param patience - milliseconds */
  ask<T>(name: string, argument?: unknown, patience?: number): Promise<T>;
  stop(): void;
}

/** Milliseconds: no answer takes longer, or the process is stuck. */
const MAX_WAIT = 60_000;

/** Starts a script in a process of its own. */
export function startChild(script: string, options: ForkOptions): Child {
  return askable(fork(script, options), basename(script));
}

/** Asks a process that runs a script with {@link answerAsks}. */
export function askable(child: ChildProcess, script: string): Child {
  const waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (e: Error) => void }
  >();
  let asks = 0;
  child.on('message', (reply: Reply) => {
    const waiter = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('failure' in reply) waiter?.reject(new Error(`${script}: ${reply.failure}`));
    else waiter?.resolve(reply.value as never);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${script} has ended`));
  });

  return {
    ask<T>(name: string, argument?: unknown, patience = MAX_WAIT) {
      const id = asks++;
      return new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${script} does not answer`)), patience);
        const done =
          <A>(settle: (value: A) => void) =>
          (value: A) => {
            clearTimeout(timer);
            settle(value);
          };
        waiting.set(id, { resolve: done(resolve as (value: never) => void), reject: done(reject) });
        child.send({ id, name, argument } satisfies Ask);
      });
    },
    stop: () => child.kill(),
  };
}

/** Answers what the parent asks, and ends with it. */
export function answerAsks(answers: Record<string, (argument: never) => unknown>): void {
  const reply = (message: Reply): unknown => process.send?.(message);
  process.on('message', ({ id, name, argument }: Ask) => {
    Promise.resolve(argument)
      .then((given) => answers[name]?.(given as never))
      .then(
        (value) => reply({ id, value }),
        (error: unknown) => reply({ id, failure: String(error) }),
      );
  });
  process.on('disconnect', () => process.exit());
}
