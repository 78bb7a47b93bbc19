import { html } from './elements.js';
import { faultInWords, milliseconds, toneOf } from './words.js';

/** A list item for each step of an exchange. */
export function stepItems(steps) {
  const [{ time: start }] = steps;
  return steps.map((step) => {
    const { title, content } = CONTENTS[step.kind](step);
    const time = html('span', { class: 'time' }, `after ${milliseconds(step.time - start)}`);
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
  request: ({ method, path, type, body }) => ({
    title: ['The client application asks for a token'],
    content: [html('pre', {}, `${method} ${path}\ncontent-type: ${type}\n\n${body}`)],
  }),

  call: ({ api, journal, duration, error }) => ({
    title: ['The token endpoint calls ', html('code', {}, api)],
    content: [
      ...(journal.length === 0
        ? [html('p', {}, 'The call was not sent.')]
        : journal.map((entry) => definitions(rowsOfCall(entry, duration)))),
      ...(error ? [trouble(`The token endpoint gave up: ${error.message} (${error.code}).`)] : []),
    ],
  }),

  check: ({ username, subject, reason, duration }) => ({
    title: ['The token endpoint checks the password'],
    content: [
      definitions([
        ['username', username],
        ...(subject === null
          ? [
              ['result', 'wrong'],
              ['ticket', `to be failed with reason ${reason}`],
            ]
          : [
              ['result', 'right'],
              ['subject', subject],
            ]),
        ['took', milliseconds(duration)],
      ]),
    ],
  }),

  answer: ({ status, statusText, headers, body }) => ({
    title: ['The client application is answered'],
    content: [
      html(
        'pre',
        {},
        html('span', { class: `badge ${toneOf(status)}` }, `${status} ${statusText}`),
        `\n${headers.map(([name, value]) => `${name}: ${value}\n`).join('')}\n${body}`,
      ),
    ],
  }),
};

/** What the emulator's journal has on a call, and how long the caller waited. */
function rowsOfCall({ status, action, resultCode, ticket, reason, fault }, duration) {
  return [
    ['reason', reason],
    ['ticket', ticket],
    ['fault', fault && faultInWords(fault)],
    ['HTTP status', status === undefined ? 'none: there was no answer' : String(status)],
    ['action', action],
    ['result code', resultCode],
    ['took', milliseconds(duration)],
  ];
}

/** Names and values; what has no value is left out. */
function definitions(rows) {
  const known = rows.filter(([, value]) => value !== undefined);
  return html(
    'dl',
    {},
    ...known.flatMap(([name, value]) => [
      html('dt', {}, name),
      html('dd', {}, ...breakable(value)),
    ]),
  );
}

/** Text whose long names may be broken after an underscore, and only there. */
function breakable(text) {
  return text.split(/(?<=_)/).flatMap((part) => [part, html('wbr')]);
}

function trouble(text) {
  return html('p', { class: 'trouble bad' }, text);
}
