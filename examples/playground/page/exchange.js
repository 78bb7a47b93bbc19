import { sequenceDiagram } from './diagram.js';
import { byId, html } from './elements.js';
import { stepItems } from './steps.js';
import { hideExplanation, term } from './terms.js';
import { errorOf, explain, fateOf, milliseconds, toneOf } from './words.js';

/** The exchange that is shown. */
let shown;

new ResizeObserver(draw).observe(byId('diagram'));

/** Says something of the exchange under way. */
export function say(...content) {
  byId('status').replaceChildren(...content);
}

/**
 * Shows an exchange.
 *
 * @param exchange - what the server reports
 * @param attempt - what was sent
 */
export function showExchange(exchange, attempt) {
  shown = exchange;
  // Its term goes away.
  hideExplanation();
  const { steps } = exchange;
  const answer = steps.at(-1);
  const error = errorOf(answer.body);
  const { title, tone } = fateOf(exchange);
  say(
    badge(toneOf(answer.status), `${answer.status} ${answer.statusText}`),
    error ? html('code', {}, error) : 'a token was issued',
    badge(tone, title),
    html('span', {}, `${milliseconds(answer.time - steps[0].time)}, ${steps.length} steps`),
  );
  byId('explanation').textContent = explain(exchange);
  byId('steps').replaceChildren(...stepItems(exchange, attempt));
  byId('outcome').replaceChildren(...outcome(exchange));
  byId('fate').replaceChildren(...fate(exchange));
  byId('result').hidden = false;
  draw();
}

/**
 * Says how the exchange that is shown relates to the forms. It is dimmed unless it is current.
 *
 * @param {'current' | 'outdated' | 'repeating' | 'failed'} state
 */
export function setState(state) {
  const section = byId('exchange');
  section.dataset.state = state;
  section.setAttribute('aria-busy', String(state === 'repeating'));
  const isOutdated = state === 'outdated';
  byId('outdated').textContent = isOutdated ? 'This was before your change.' : '';
  byId('again').hidden = !isOutdated;
}

/** On a narrow screen, what there is to see is below the form. */
export function bringIntoView() {
  const section = byId('exchange');
  if (section.getBoundingClientRect().top > window.innerHeight / 2) section.scrollIntoView();
}

/** Draws the diagram as wide as there is room. */
function draw() {
  const place = byId('diagram');
  if (shown && place.clientWidth > 0) {
    place.replaceChildren(sequenceDiagram(shown, place.clientWidth));
  }
}

function badge(tone, text) {
  return html('span', { class: `badge ${tone}` }, text);
}

function outcome({ outcome }) {
  return [
    html('h3', {}, 'What your app can log'),
    html(
      'p',
      { class: 'hint' },
      html('code', {}, 'onOutcome'),
      ' is called with this ',
      term('outcome'),
      ', and the logger writes it.',
    ),
    html('pre', {}, JSON.stringify(outcome, null, 2)),
  ];
}

function fate(exchange) {
  const { title, tone, why } = fateOf(exchange);
  return [
    html('h3', {}, 'What became of the ', term('ticket')),
    html('p', { class: 'fate' }, badge(tone, title), html('span', {}, why)),
  ];
}
