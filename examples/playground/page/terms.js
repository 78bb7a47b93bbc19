import { byId, html } from './elements.js';

/** Milliseconds that an explanation stays, so that the pointer can move onto it. */
const STAY = 200;

/** Pixels between an explanation, its term and the edges of the window. */
const GAP = 8;

const explanation = html('div', { id: 'explained', role: 'tooltip', hidden: '' });
let shownFor;
let timer;

/** A word of the list of words, explained on hover, on focus and on a tap. */
export function term(word) {
  const button = html(
    'button',
    { type: 'button', class: 'term', 'aria-describedby': idOf(word) },
    word,
  );
  button.addEventListener('pointerenter', () => show(button, word));
  button.addEventListener('focus', () => show(button, word));
  button.addEventListener('click', () => show(button, word));
  button.addEventListener('pointerleave', hideSoon);
  button.addEventListener('blur', hideExplanation);
  return button;
}

/** Gets the list of words ready to explain terms. */
export function prepareTerms() {
  for (const title of byId('words').querySelectorAll('dt')) {
    title.nextElementSibling.id = idOf(title.textContent);
  }
  byId('words').after(explanation);
  explanation.addEventListener('pointerenter', () => clearTimeout(timer));
  explanation.addEventListener('pointerleave', hideSoon);
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && hideExplanation());
  // A browser scrolls to a term that gets the focus.
  for (const event of ['scroll', 'resize']) window.addEventListener(event, follow);
}

function idOf(word) {
  return `word-${word.replaceAll(' ', '-')}`;
}

function show(button, word) {
  clearTimeout(timer);
  explanation.textContent = byId(idOf(word)).textContent;
  explanation.hidden = false;
  shownFor = button;
  place();
}

/** Below the term, or above it where there is no room. */
function place() {
  const { left, top, bottom } = shownFor.getBoundingClientRect();
  const { width, height } = explanation.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const x = Math.max(GAP, Math.min(left, clientWidth - width - GAP));
  const below = bottom + GAP;
  const y = below + height <= clientHeight ? below : top - GAP - height;
  explanation.style.left = `${x}px`;
  explanation.style.top = `${y}px`;
}

/** Keeps the explanation at its term. */
function follow() {
  if (!explanation.hidden) place();
}

function hideSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => document.activeElement !== shownFor && hideExplanation(), STAY);
}

export function hideExplanation() {
  clearTimeout(timer);
  explanation.hidden = true;
}
