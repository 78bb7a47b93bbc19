import { createAuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { answerAsks } from '../support/asks.js';
import { createFaultProxy, type FaultProxy, type Mode } from './fault-proxy.js';

/** Milliseconds: no ticket is to expire while the soak lasts. */
const TICKET_LIFETIME = 24 * 60 * 60 * 1000;

const emulator = createAuthleteEmulator({
  ticketLifetime: TICKET_LIFETIME,
  onNotice: () => undefined,
});
let proxy: FaultProxy;

answerAsks({
  async start() {
    proxy = createFaultProxy((await emulator.listen()).url);
    const { serviceId, accessToken } = emulator;
    return { baseUrl: await proxy.listen(), serviceId, accessToken };
  },
  flap: (interval: number) => proxy.flap(interval),
  settle: (mode: Mode) => proxy.settle(mode),
  count: () => ({ ...proxy.tickets(), open: emulator.openTickets(), calls: proxy.calls() }),
});
