import { Agent, createServer, request as httpRequest, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the proxy does with a call. It breaks a call before the emulator sees it, never after. */
export type Mode = 'pass' | 'delay' | 'reset' | '503 with Retry-After' | '503' | 'stall';

/** One after the other: after each that opens a circuit, there is time for it to close. */
export const MODES: readonly Mode[] = [
  ...(['pass', 'delay', 'reset', 'pass', 'pass'] as const),
  ...(['503 with Retry-After', 'pass', 'pass', '503', 'pass', 'pass'] as const),
  ...(['stall', 'pass', 'pass', 'pass'] as const),
];

/** Milliseconds. */
const DELAY = 200;

/** Tickets, as the emulator's replies tell. */
export interface TicketCount {
  opened: number;
  closed: number;
}

/** A proxy in front of the emulator. */
export interface FaultProxy {
  listen(): Promise<string>;
  /** Changes the mode each time so many milliseconds have passed. */
  flap(interval: number): void;
  /** Stays in a mode. */
  settle(mode: Mode): void;
  tickets(): TicketCount;
  /** How many calls met each mode. */
  calls(): Partial<Record<Mode, number>>;
}

/** Makes a proxy that is transparent at first. */
export function createFaultProxy(target: string): FaultProxy {
  const agent = new Agent({ keepAlive: true });
  const count: TicketCount = { opened: 0, closed: 0 };
  const calls: Partial<Record<Mode, number>> = {};
  let mode: Mode = 'pass';
  let flapping: NodeJS.Timeout | undefined;

  async function forward(path: string, headers: object, body: Buffer, res: ServerResponse) {
    const answer = await new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
      const url = new URL(path, target);
      httpRequest(url, { method: 'POST', agent, headers: { ...headers } }, (reply) => {
        void buffer(reply).then((all) => resolve({ status: reply.statusCode ?? 0, body: all }));
      })
        .on('error', reject)
        .end(body);
    });
    countTicket(path, answer.body);
    res.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body);
  }

  function countTicket(path: string, body: Buffer): void {
    const { action, resultCode } = JSON.parse(body.toString()) as Record<string, unknown>;
    if (path.endsWith('/auth/token')) {
      if (action === 'PASSWORD') count.opened++;
      // EMU201: the ticket is unknown, used or expired.
    } else if (action !== undefined && resultCode !== 'EMU201') count.closed++;
  }

  const server = createServer((req, res) => {
    const met = mode;
    calls[met] = (calls[met] ?? 0) + 1;
    res.on('error', () => undefined);
    if (met === 'reset') req.socket.resetAndDestroy();
    else if (met.startsWith('503')) {
      const retryAfter = met === '503' ? {} : { 'Retry-After': '1' };
      req.resume().on('end', () => res.writeHead(503, retryAfter).end('{}'));
    } else if (met !== 'stall') {
      void buffer(req)
        .then((body) => sleep(met === 'delay' ? DELAY : 0, body))
        .then((body) => forward(req.url ?? '', req.headers, body, res))
        .catch(() => req.socket.destroy());
    } else req.resume();
  });

  return {
    async listen() {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    },
    flap(interval) {
      let turns = 0;
      clearInterval(flapping);
      flapping = setInterval(() => (mode = MODES[turns++ % MODES.length] ?? 'pass'), interval);
    },
    settle(settled) {
      clearInterval(flapping);
      mode = settled;
    },
    tickets: () => ({ ...count }),
    calls: () => calls,
  };
}
