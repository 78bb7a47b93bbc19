import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Lets requests through to an app, counts them, and can hold them back. */
export interface Gate {
  readonly listener: RequestListener;
  /** Requests up to now. */
  passed(): number;
  /** Holds requests back from now on. */
  close(): void;
  /** How many it holds back. */
  waiting(): number;
  /** Lets through all that wait, and whatever comes. */
  open(): void;
}

/**
 * Makes a gate that is open. Behind gates, servers take turns while all their connections stay open.
 * And a load begins once all its connections are accepted: Node accepts one in each turn of its event
 * loop, so those that are busy keep the others waiting, for seconds if there are hundreds.
 */
export function createGate(app: RequestListener): Gate {
  let held: [IncomingMessage, ServerResponse & { req: IncomingMessage }][] = [];
  let closed = false;
  let passed = 0;

  return {
    listener(req, res) {
      if (closed) held.push([req, res]);
      else {
        passed++;
        app(req, res);
      }
    },
    passed: () => passed,
    close: () => (closed = true),
    waiting: () => held.length,
    open() {
      closed = false;
      passed += held.length;
      for (const [req, res] of held) app(req, res);
      held = [];
    },
  };
}
