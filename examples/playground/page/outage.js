import { getFaults, setFault } from './api.js';
import { byId, valuesOf } from './elements.js';
import { faultInWords } from './words.js';

/** The faults that the page offers, by the value of their switch. */
const FAULTS = {
  none: {},
  refuse: { failWith: 503 },
  throttle: { failWith: 429 },
  slow: { delay: 500 },
  late: { delay: 3000 },
  stall: { stall: true },
};

/** How many APIs there are. */
const APIS = 3;

const form = byId('faults');

/** Settles when the faults that the form says are in force. */
let changed = Promise.resolve();

/** What the form says. */
export function readOutage() {
  return valuesOf(form);
}

/** Settles when a change of the form has reached the emulator. */
export function outageInForce() {
  return changed;
}

/**
 * Gets the form ready, with the faults that are in force.
 *
 * @param {() => void} onChange
 * @param {() => void} onSend
 */
export async function prepareOutage(onChange, onSend) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onSend();
  });
  form.addEventListener('change', () => {
    changed = change();
    onChange();
  });
  const faults = await getFaults();
  setSwitches(faults);
  showFaults(faults);
  // Where there is room, and where something goes wrong, the switches are in view.
  const isWide = matchMedia('(min-width: 58rem)').matches;
  byId('outage').open = isWide || Object.keys(faults).length > 0;
}

async function change() {
  const { fault, api } = readOutage();
  try {
    showFaults(await setFault({ ...FAULTS[fault], ...(api && { api }) }));
  } catch (error) {
    byId('fault-status').textContent = error.message;
  }
}

/** Sets the switches to the faults in force, as far as they can show them. */
function setSwitches(faults) {
  const apis = Object.keys(faults);
  const [fault = FAULTS.none] = Object.values(faults);
  const isSame = ([, known]) => JSON.stringify(known) === JSON.stringify(fault);
  const [name] = Object.entries(FAULTS).find(isSame) ?? [];
  // None of them is checked for a fault that the page does not offer.
  for (const radio of form.elements.fault) radio.checked = radio.value === name;
  form.elements.api.value = apis.length === 1 ? apis[0] : '';
}

/** Says which faults are in force, whoever set them. */
function showFaults(faults) {
  const all = Object.entries(faults).map(([api, fault]) => [api, faultInWords(fault)]);
  const [[, first] = []] = all;
  const isEach = all.length === APIS && all.every(([, words]) => words === first);
  const shown = isEach ? [['each call', first]] : all;
  const lines = shown.map(([what, words]) => `${what} is ${words}`);
  byId('fault-status').textContent = all.length === 0 ? '' : `Now: ${lines.join('; ')}.`;
  byId('outage-now').textContent = all.length === 0 ? 'off' : 'on';
}
