import { runExchange } from './api.js';
import { prepareAttempt, readAttempt } from './attempt.js';
import { byId } from './elements.js';
import { bringIntoView, say, setState, showExchange } from './exchange.js';
import { outageInForce, prepareOutage, readOutage } from './outage.js';
import { prepareTerms } from './terms.js';

/** What the forms said for the exchange that is shown, and for the one that is awaited. */
let shown;
let awaited;
/** Whether the last one could not be sent. */
let failed = false;

prepareTerms();
prepareAttempt(update, sendAndShow);
byId('again').addEventListener('click', () => {
  // The button goes away, and with it the keyboard's focus.
  byId('send').focus({ preventScroll: true });
  void send();
});
try {
  await prepareOutage(update, sendAndShow);
  await send();
} catch (error) {
  say(error.message);
}

async function sendAndShow() {
  await send();
  bringIntoView();
}

/** Sends what the form says. An exchange that is awaited still is not shown any more. */
async function send() {
  const wanted = readForms();
  // Somebody holds the Enter key down.
  if (awaited === wanted) return;
  awaited = wanted;
  const attempt = readAttempt();
  update();
  say('Waiting for the answer…');
  let exchange;
  let problem;
  try {
    await outageInForce();
    exchange = await runExchange(attempt);
  } catch (error) {
    problem = error;
  }
  if (awaited !== wanted) return;
  awaited = undefined;
  failed = problem !== undefined;
  if (failed) {
    say(problem.message);
  } else {
    shown = wanted;
    showExchange(exchange, attempt);
  }
  update();
}

/** Dims an exchange that is being repeated, and one that is not what the forms say any more. */
function update() {
  if (awaited !== undefined) setState('repeating');
  else if (failed) setState('failed');
  else setState(shown === undefined || shown === readForms() ? 'current' : 'outdated');
}

function readForms() {
  return JSON.stringify([readAttempt(), readOutage()]);
}
