import { exchange, faultsInForce, setFault } from './api.js';
import { sequenceDiagram } from './diagram.js';
import { html } from './elements.js';
import { stepItems } from './steps.js';
import { errorOf, faultInWords, milliseconds, toneOf } from './words.js';

const byId = (id) => document.getElementById(id);

const attemptForm = byId('attempt');
const faultForm = byId('faults');
const status = byId('status');

/** The steps that are shown. */
let shown = [];

/** The faults that the page offers, by the value of their switch. */
const FAULTS = {
  none: {},
  failWith: { failWith: 503 },
  delay: { delay: 500 },
  late: { delay: 3000 },
  stall: { stall: true },
};

let waiting = false;

attemptForm.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (waiting) return;
  const attempt = Object.fromEntries(new FormData(attemptForm));
  waitForAnswer(true);
  say('Waiting for the answer…');
  try {
    show(await exchange(attempt));
  } catch (error) {
    say(`It did not work: ${error.message}`);
  } finally {
    waitForAnswer(false);
  }
});

/** The button is not disabled outright: it would lose the keyboard's focus. */
function waitForAnswer(now) {
  waiting = now;
  byId('send').setAttribute('aria-disabled', String(now));
}

byId('reveal').addEventListener('click', ({ target }) => {
  const password = byId('password');
  const hidden = password.type === 'password';
  password.type = hidden ? 'text' : 'password';
  target.textContent = hidden ? 'Hide' : 'Show';
  target.setAttribute('aria-label', hidden ? 'Hide password' : 'Show password');
});

faultForm.addEventListener('change', async () => {
  const { fault, api } = Object.fromEntries(new FormData(faultForm));
  try {
    tellFaults(await setFault({ ...FAULTS[fault], ...(api && { api }) }));
  } catch (error) {
    byId('fault-status').textContent = `It did not work: ${error.message}`;
  }
});
faultForm.addEventListener('submit', (event) => event.preventDefault());

new ResizeObserver(draw).observe(byId('diagram'));
const faultsAtFirst = await faultsInForce();
setSwitches(faultsAtFirst);
tellFaults(faultsAtFirst);

function say(...content) {
  status.replaceChildren(...content);
}

function show(steps) {
  shown = steps;
  const answer = steps.at(-1);
  const error = errorOf(answer.body);
  say(
    html(
      'span',
      { class: `badge ${toneOf(answer.status)}` },
      `${answer.status} ${answer.statusText}`,
    ),
    ...(error ? [html('code', {}, error)] : ['a token was issued']),
    html(
      'span',
      {},
      `after ${milliseconds(answer.time - steps[0].time)}, in ${steps.length} steps`,
    ),
  );
  byId('steps').replaceChildren(...stepItems(steps));
  byId('result').hidden = false;
  draw();
  bringIntoView(byId('exchange'));
}

/** On a narrow screen, what there is to see is below the form. */
function bringIntoView(section) {
  if (section.getBoundingClientRect().top > window.innerHeight / 2) section.scrollIntoView();
}

/** Draws the diagram as wide as there is room. */
function draw() {
  const place = byId('diagram');
  if (shown.length > 0 && place.clientWidth > 0) {
    place.replaceChildren(sequenceDiagram(shown, place.clientWidth));
  }
}

/** Sets the switches to the faults in force, as far as they can tell. */
function setSwitches(faults) {
  const apis = Object.keys(faults);
  const [fault = FAULTS.none] = Object.values(faults);
  const sameFault = ([, known]) => JSON.stringify(known) === JSON.stringify(fault);
  const [name] = Object.entries(FAULTS).find(sameFault) ?? [];
  // None of them is checked for a fault that the page does not offer.
  for (const radio of faultForm.elements.fault) radio.checked = radio.value === name;
  faultForm.elements.api.value = apis.length === 1 ? apis[0] : '';
}

/** Says which faults are in force, whoever put them there. */
function tellFaults(faults) {
  const lines = Object.entries(faults).map(([api, fault]) => `${api} is ${faultInWords(fault)}`);
  byId('fault-status').textContent =
    lines.length === 0 ? 'In force: none.' : `In force: ${lines.join('; ')}.`;
}
