/** Sends JSON to the server of this page; returns its reply. */
async function send(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error('The server does not answer. Is it still running?');
  }
  const reply = await response.json();
  if (!response.ok) throw new Error(reply.message);
  return reply;
}

/** Has the server send a token request; returns its steps, its outcome and the fate of its ticket. */
export function runExchange(attempt) {
  return send('POST', '/playground/exchanges', attempt);
}

/** Replaces the faults in force by another; returns the faults by API. */
export function setFault(fault) {
  return send('PUT', '/playground/faults', fault);
}

/** The faults in force, by API. */
export function getFaults() {
  return send('GET', '/playground/faults');
}
