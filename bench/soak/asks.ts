import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** What one process asks another, and is answered, over the channel between them. */
interface Ask {
  id: number;
  name: string;
  argument: unknown;
}

type Reply = { id: number } & ({ value: unknown } | { failure: string });

/** A child process that answers. */
export interface Child {
  ask<T>(name: string, argument?: unknown): Promise<T>;
  stop(): void;
}

/** Milliseconds: no answer takes longer, or the soak is stuck. */
const MAX_WAIT = 60_000;

/** Starts a script of this folder in a process of its own, with the garbage collector at hand. */
export function startChild(script: string): Child {
  const child: ChildProcess = fork(join(__dirname, script), [], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
  });
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
    ask<T>(name: string, argument?: unknown) {
      const id = asks++;
      return new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${script} does not answer`)), MAX_WAIT);
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
