import { createTicketStore } from '../../lib/emulator/tickets';

const REQUEST = { client: { clientId: '1' }, scopes: ['read'] };

const sleep = (milliseconds: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

describe('a ticket store', () => {
  it('gives what a ticket stands for once', () => {
    const tickets = createTicketStore(60_000);
    const ticket = tickets.open(REQUEST);
    expect(tickets.count()).toBe(1);
    expect(tickets.use(ticket)).toBe(REQUEST);
    expect(tickets.use(ticket)).toBeUndefined();
    expect(tickets.count()).toBe(0);
  });

  it('does not know a ticket that it did not issue', () => {
    const tickets = createTicketStore(60_000);
    tickets.open(REQUEST);
    expect(tickets.use('guess')).toBeUndefined();
    expect(tickets.count()).toBe(1);
  });

  it('makes tickets of 43 characters of base64url', () => {
    const tickets = createTicketStore(60_000);
    expect(tickets.open(REQUEST)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('lets tickets expire, the earliest first', async () => {
    const tickets = createTicketStore(40);
    const early = tickets.open(REQUEST);
    await sleep(60);
    const late = tickets.open(REQUEST);
    expect(tickets.count()).toBe(1);
    expect(tickets.use(early)).toBeUndefined();
    expect(tickets.use(late)).toBe(REQUEST);
  });

  it('does not give an expired ticket even to the first that asks', async () => {
    const tickets = createTicketStore(10);
    const ticket = tickets.open(REQUEST);
    await sleep(30);
    expect(tickets.use(ticket)).toBeUndefined();
  });
});
