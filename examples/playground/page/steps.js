import { copyButton } from './curl.js';
import { html } from './elements.js';
import { term } from './terms.js';
import { faultInWords, indent, milliseconds, toneOf } from './words.js';

const MASK = '••••••';

/** Headers of an answer that matter to a client application. The others are folded. */
const MAIN_HEADERS = [
  'content-type',
  'cache-control',
  'pragma',
  'www-authenticate',
  'retry-after',
  'dpop-nonce',
];

/** What your app wants of each call. */
const PURPOSES = {
  '/auth/token': '“What shall I do with this token request?”',
  '/auth/token/issue': '“The password is right. Give me a token for this user.”',
  '/auth/token/fail': '“This request has failed. Close the ticket and tell me what to answer.”',
};

/**
 * A list item for each step of an exchange.
 *
 * @param exchange - what the server reports
 * @param attempt - what was sent
 */
export function stepItems(exchange, attempt) {
  const { steps } = exchange;
  const [{ time: start }] = steps;
  return steps.map((step) => {
    const { title, content } = CONTENTS[step.kind](step, exchange, attempt);
    const took = step.duration === undefined ? '' : `, took ${milliseconds(step.duration)}`;
    const time = html('span', { class: 'time' }, `at ${milliseconds(step.time - start)}${took}`);
    return html(
      'li',
      { class: 'step' },
      html('h4', {}, html('span', {}, ...title), time),
      ...content,
    );
  });
}

/** What there is to say of each kind of step. */
const CONTENTS = {
  request: ({ method, path, type, body }, _exchange, attempt) => ({
    title: ['The client application asks for a token'],
    content: [
      html('pre', {}, `${method} ${path}\ncontent-type: ${type}\n\n${body.replaceAll('&', '\n&')}`),
      copyButton(attempt),
    ],
  }),

  call: ({ api, journal, message, error }, { serviceId }) => ({
    title: ['Your app calls ', html('code', {}, api)],
    content: [
      html('p', { class: 'purpose' }, PURPOSES[api]),
      ...(journal.length === 0
        ? [html('p', {}, 'The call was not sent.')]
        : attempts(api, serviceId, journal, message)),
      ...(error ? [html('p', { class: 'trouble bad' }, `${error.message} (${error.code}).`)] : []),
    ],
  }),

  check: ({ username, subject, reason }) => ({
    title: ['Your app checks the password'],
    content: [
      definitions([
        ['username', username],
        ['password', MASK],
        ['subject', subject ?? 'none: there is no such user, or the password is wrong'],
        ['reason', reason],
      ]),
    ],
  }),

  answer: ({ status, statusText, headers, body }, { outcome }) => {
    const lines = (list) => list.map(([name, value]) => `${name}: ${value}\n`).join('');
    const main = MAIN_HEADERS.flatMap((wanted) => headers.filter(([name]) => name === wanted));
    const others = headers.filter(([name]) => !MAIN_HEADERS.includes(name));
    return {
      title: ['The client application gets the answer'],
      content: [
        html(
          'pre',
          {},
          html('span', { class: `badge ${toneOf(status)}` }, `${status} ${statusText}`),
          `\n${lines(main)}\n${indent(body)}`,
        ),
        html(
          'details',
          {},
          html('summary', {}, `${others.length} more headers`),
          html('pre', {}, lines(others).trimEnd()),
        ),
        origin(outcome),
      ],
    };
  },
};

/** Who wrote the body of the answer. */
function origin({ action }) {
  return action === undefined
    ? html('p', {}, 'The body is this package’s own, as Authlete gave none. It is indented here.')
    : html('p', {}, 'The body is Authlete’s ', term('responseContent'), '. It is indented here.');
}

/** What was sent, and what was replied to each attempt. */
function attempts(api, serviceId, journal, message) {
  const [{ ticket, reason }] = journal;
  const opensTicket = api === '/auth/token';
  const sent = [
    ['service ID', serviceId],
    ['ticket', opensTicket ? undefined : ticket],
    ['reason', reason],
  ];
  const replies = journal.map(({ status, action, resultCode, fault }) => [
    ['outage', fault && faultInWords(fault)],
    ['HTTP status', status === undefined ? 'none: there was no answer' : String(status)],
    ['action', action],
    ['ticket', opensTicket ? ticket : undefined],
    ['result', message ?? resultCode],
  ]);
  if (replies.length === 1) return [definitions([...sent, ...replies[0]])];
  return [
    definitions(sent),
    ...replies.map((reply, index) =>
      definitions([['attempt', `${index + 1} of ${replies.length}`], ...reply]),
    ),
    html('p', {}, 'Authlete did not process the call, so it was safe to send it again.'),
  ];
}

/** Words that are explained on the page. */
const TERMS = ['ticket', 'action', 'reason', 'subject', 'service ID'];

/** Names and values; what has no value is left out. */
function definitions(rows) {
  const known = rows.filter(([, value]) => value);
  return html(
    'dl',
    {},
    ...known.flatMap(([name, value]) => [
      html('dt', {}, TERMS.includes(name) ? term(name) : name),
      html('dd', {}, ...breakable(value)),
    ]),
  );
}

/** Text whose long names may be broken after an underscore. */
function breakable(text) {
  return text.split(/(?<=_)/).flatMap((part) => [part, html('wbr')]);
}
