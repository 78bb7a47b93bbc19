/** How good a thing an HTTP status is: a class of the style sheet. */
export function toneOf(status) {
  if (status === undefined || status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'good';
}

/** A fault in words. */
export function faultInWords({ failWith, delay, stall }) {
  if (stall) return 'never answered';
  return [
    ...(failWith === undefined ? [] : [`refused with ${failWith}`]),
    ...(delay === undefined ? [] : [`answered ${delay} ms late`]),
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

/** Milliseconds in words. */
export function milliseconds(time) {
  return `${Math.round(time)} ms`;
}
