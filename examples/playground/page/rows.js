import { errorOf, fateOf, toneOf } from './words.js';

/** Who takes part, with a name for where there is room and one for where there is not. */
export const PARTIES = [
  ['Client application', 'Client'],
  ['Your app', 'Your app'],
  ['Authlete (emulator)', 'Authlete'],
];
const CLIENT = 0;
const APP = 1;
const AUTHLETE = 2;

/**
 * The rows of an exchange's sequence diagram: messages `from` one party `to` another, and notes `at`
 * one of them. The first row of each step has its number.
 */
export function rowsOf(exchange) {
  const { title, tone } = fateOf(exchange);
  const rows = exchange.steps.flatMap((step, index) => {
    const [first, ...rest] = ROWS[step.kind](step);
    return [{ number: index + 1, ...first }, ...rest];
  });
  return exchange.ticket === 'none' ? rows : [...rows, { at: AUTHLETE, label: title, tone }];
}

const ROWS = {
  request: ({ method, path }) => [{ from: CLIENT, to: APP, label: `${method} ${path}` }],

  call: ({ api, journal, error }) => [
    ...(journal.length === 0
      ? [{ at: APP, label: 'call not sent', tone: 'bad' }]
      : journal.flatMap((entry) => [
          { from: APP, to: AUTHLETE, label: api },
          error?.code === 'ERR_ATF_TIMEOUT' ? silence(entry) : reply(entry),
        ])),
    ...(error ? [{ at: APP, label: error.code, tone: 'bad' }] : []),
  ],

  check: ({ subject }) => [
    subject === null
      ? { at: APP, label: 'wrong credentials', tone: 'warn' }
      : { at: APP, label: 'right credentials', tone: 'good' },
  ],

  answer: ({ status, body }) => [
    {
      from: APP,
      to: CLIENT,
      label: `${status} ${errorOf(body) ?? 'token'}`,
      tone: toneOf(status),
      dashed: true,
    },
  ],
};

const TONES = { OK: 'good', BAD_REQUEST: 'warn', INVALID_CLIENT: 'warn', PASSWORD: 'plain' };

function reply({ status, action, fault }) {
  const late = fault?.delay === undefined ? '' : ` after ${fault.delay / 1000} s`;
  return {
    from: AUTHLETE,
    to: APP,
    label: `${action ?? `status ${status}`}${late}`,
    tone: TONES[action] ?? 'bad',
    dashed: true,
  };
}

/** A reply that reached nobody, or none at all. */
function silence({ status }) {
  return { at: AUTHLETE, label: status ? 'answer too late' : 'no answer', tone: 'bad' };
}
