/** Sends JSON to the server of this page; gives what it replies. */
async function send(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const reply = await response.json();
  if (!response.ok) throw new Error(reply.message);
  return reply;
}

/** Has the server send a token request; gives the steps that it took. */
export async function exchange(attempt) {
  const { steps } = await send('POST', '/playground/exchanges', attempt);
  return steps;
}

/** Puts a fault in force in place of those that are; gives the faults by API. */
export function setFault(fault) {
  return send('PUT', '/playground/faults', fault);
}

/** The faults in force, by API. */
export async function faultsInForce() {
  return (await fetch('/playground/faults')).json();
}
