/** How good an HTTP status is: a class of the style sheet. */
export function toneOf(status) {
  if (status === undefined || status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'good';
}

/** A fault in words. */
export function faultInWords({ failWith, delay, stall }) {
  if (stall) return 'left unanswered';
  return [
    ...(failWith === undefined ? [] : [`refused with ${failWith}`]),
    ...(delay === undefined ? [] : [`answered after ${delay / 1000} s`]),
  ].join(', ');
}

/** The `error` of an OAuth error response (RFC 6749 section 5.2). */
export function errorOf(body) {
  try {
    return JSON.parse(body).error;
  } catch {
    return undefined;
  }
}

/** JSON with a line for each member; anything else as it is. */
export function indent(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Milliseconds in words. */
export function milliseconds(time) {
  return `${Math.round(time)} ms`;
}

/** What happened, in a sentence or two. */
export function explain({ outcome }) {
  const { reason, error } = outcome;
  const byOutcome = {
    issued: 'The password is right. Authlete issued an access token.',
    failed:
      reason === 'INVALID_RESOURCE_OWNER_CREDENTIALS'
        ? 'The username or the password is wrong. Your app told Authlete so; Authlete closed the ticket and wrote the answer.'
        : `Your app told Authlete that the request failed, with reason ${reason}. Authlete closed the ticket and wrote the answer.`,
    rejected:
      'Authlete does not accept this request, so your app did not even look at the password.',
    error: error
      ? `${error.message}. The client application does not learn that; your app does.`
      : `Your app told Authlete that the request failed, with reason ${reason}. That stands for an error in your app.`,
  };
  return byOutcome[outcome.outcome] ?? '';
}

/** The fate of an exchange's ticket: a heading, a class of the style sheet, and why. */
export function fateOf({ ticket, steps }) {
  const failed = (name) =>
    steps.some(({ kind, api, error }) => kind === 'call' && api === name && error);
  const tooLate = 'but its reply came too late for your app.';
  const fates = {
    none: ['no ticket', 'plain', 'Authlete opened no ticket for this request.'],
    used: failed('/auth/token/issue')
      ? ['ticket used', 'warn', `Authlete issued a token with it, ${tooLate} Nobody got the token.`]
      : ['ticket used', 'good', 'A token was issued with it. It does not work again.'],
    closed: failed('/auth/token/fail')
      ? ['ticket closed', 'warn', `Authlete closed it, ${tooLate}`]
      : ['ticket closed', 'good', 'Your app closed it. Nobody can get a token with it any more.'],
    open: failed('/auth/token')
      ? [
          'ticket still open',
          'bad',
          `Authlete opened it, ${tooLate} It stays open until it expires.`,
        ]
      : [
          'ticket still open',
          'bad',
          'No call that ends it got through. It stays open until it expires.',
        ],
  };
  const [title, tone, why] = fates[ticket];
  return { title, tone, why };
}
