import { html } from './elements.js';

/** The token request of an attempt as a line for a shell. */
export function curlLine({ username, password, clientId }) {
  const fields = { grant_type: 'password', client_id: clientId, username, password };
  const data = Object.entries(fields).map(([name, value]) =>
    isPlain(value) ? `-d ${name}=${value}` : `--data-urlencode ${quote(`${name}=${value}`)}`,
  );
  return ['curl -i', `${location.origin}/token`, ...data].join(' ');
}

/** Text that means itself, in a shell and in a form. */
function isPlain(text) {
  return /^[\w.-]*$/.test(text);
}

function quote(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A button that copies the token request of an attempt. */
export function copyButton(attempt) {
  const button = html('button', { type: 'button', class: 'small' }, 'Copy as curl');
  const said = html('span', { role: 'status', class: 'hint' });
  const place = html('div', { class: 'copy' }, button, said);
  button.addEventListener('click', async () => {
    const line = curlLine(attempt);
    try {
      await navigator.clipboard.writeText(line);
      said.textContent = 'Copied, with the password. Paste it into a terminal.';
    } catch {
      // The browser does not let a page write to the clipboard.
      place.replaceChildren(html('pre', {}, line));
    }
  });
  return place;
}
