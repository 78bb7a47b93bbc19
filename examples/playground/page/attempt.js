import { byId, valuesOf } from './elements.js';

/** What the form is filled in with, where it differs from the right password. */
const PRESETS = {
  wrongPassword: { password: 'wrong' },
  rightPassword: {},
  unknownUser: { username: 'jane' },
  wrongClient: { clientId: '12345' },
};

const RIGHT = {
  username: 'john',
  password: 'open-sesame',
  clientId: '26478243745571',
  reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
};

const form = byId('attempt');
const buttons = [...byId('presets').children];

/** What the form says. */
export function readAttempt() {
  return valuesOf(form);
}

/**
 * Gets the form ready.
 *
 * @param {() => void} onChange
 * @param {() => void} onSend - called for a preset too, once it is filled in
 */
export function prepareAttempt(onChange, onSend) {
  form.addEventListener('input', () => {
    markPreset();
    onChange();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onSend();
  });
  for (const button of buttons) {
    button.addEventListener('click', () => {
      fillIn(button.value);
      markPreset();
      onSend();
    });
  }
  markPreset();
}

function fillIn(preset) {
  for (const [name, value] of Object.entries({ ...RIGHT, ...PRESETS[preset] })) {
    form.elements[name].value = value;
  }
}

/** Marks the preset that the form is filled in with. */
function markPreset() {
  const attempt = readAttempt();
  for (const button of buttons) {
    const preset = Object.entries({ ...RIGHT, ...PRESETS[button.value] });
    const isFilledIn = preset.every(([name, value]) => attempt[name] === value);
    button.setAttribute('aria-current', String(isFilledIn));
  }
}
