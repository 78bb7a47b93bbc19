import { inspect, types } from 'node:util';

/** Characters of upstream text that an error or an outcome shows. */
const MAX_TEXT_LENGTH = 300;

/** Of one character, percent-encoding makes nine at most, and no other encoding makes more. */
const MAX_ENCODED_LENGTH = 9;

/** Secrets to search for. A token request has about ten; more than this would keep us busy. */
const MAX_SECRETS = 50;

/** Objects of a thrown value that are searched, properties of each, and characters of each text. */
const MAX_INSPECTED_OBJECTS = 200;
const MAX_INSPECTED_PROPERTIES = 1000;
const MAX_INSPECTED_TEXT = 20_000;

/** Replaces upstream text that repeats a secret. */
const WITHHELD = '(withheld: it repeats a secret)';

/** Replaces upstream text where there are too many secrets to search for. */
const NOT_SEARCHED = '(withheld: too many secrets to search for)';

/** Such as `A067301`. What an upstream sends instead may be anything. */
const RESULT_CODE = /^[A-Z]{1,3}\d{1,8}$/;

/**
 * Form parameters of a token request whose values are secrets: RFC 6749 sections 2.3.1, 4.1.3,
 * 4.3.2 and 6, RFC 7521 section 4, RFC 7636 section 4.5, RFC 8628 section 3.4, RFC 8693 section 2.1,
 * OpenID CIBA, OpenID Native SSO and OpenID4VCI.
 */
const SECRET_PARAMETERS = new Set(
  (
    'password client_secret code code_verifier refresh_token assertion client_assertion ' +
    'device_code subject_token actor_token auth_req_id device_secret pre-authorized_code tx_code'
  ).split(' '),
);

/** Fields of Authlete's requests and replies that are secrets. */
const SECRET_FIELDS = (
  'clientSecret ticket password accessToken jwtAccessToken refreshToken idToken ' +
  'subjectToken actorToken assertion deviceSecret'
).split(' ');

/** What an error or an outcome may show of a reply. */
export interface ShownResult {
  readonly resultCode: string | undefined;
  readonly resultMessage: string | undefined;
}

/**
 * The secrets of one token request: bearer token, client secret, password, ticket, tokens. Text of
 * an upstream that repeats one of them is not shown.
 */
export class Secrets {
  readonly #values = new Set<string>();

  add(...values: readonly unknown[]): void {
    for (const value of values) {
      if (typeof value === 'string' && value !== '') this.#values.add(value);
    }
  }

  /** Adds the secret fields of a request or a reply of Authlete's; `parameters` is a form. */
  addFields(object: unknown): void {
    if (typeof object !== 'object' || object === null) return;
    const fields = object as Record<string, unknown>;
    for (const name of SECRET_FIELDS) if (Object.hasOwn(fields, name)) this.add(fields[name]);
    const form = Object.hasOwn(fields, 'parameters') ? fields['parameters'] : undefined;
    if (typeof form === 'string') this.#addForm(form);
  }

  /** Adds the secret parameters of a form, decoded and as they were sent. */
  #addForm(form: string): void {
    for (const pair of form.split('&')) {
      if (this.#values.size > MAX_SECRETS) return;
      const [decoded] = new URLSearchParams(pair);
      if (decoded === undefined || !SECRET_PARAMETERS.has(decoded[0])) continue;
      this.add(decoded[1], /=(.*)/s.exec(pair)?.[1]);
    }
  }

  /**
   * Makes upstream text fit for an error message or a log line: withheld if it repeats a secret,
   * otherwise without line breaks and control characters, and cut to 300 characters.
   */
  redact(text: string): string {
    if (this.#values.size > MAX_SECRETS) return NOT_SEARCHED;
    // All of a secret that begins in what is shown. Of two code units, one may be left there.
    const longest = Math.max(0, ...[...this.#values].map(({ length }) => length));
    const searched = text.slice(0, 2 * MAX_TEXT_LENGTH + MAX_ENCODED_LENGTH * longest);
    const clean = searched.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
    if (this.occurIn(searched) || (clean !== searched && this.occurIn(clean))) return WITHHELD;
    return clean.length > MAX_TEXT_LENGTH ? `${clean.slice(0, MAX_TEXT_LENGTH)}…` : clean;
  }

  /** Checks whether a text repeats a secret, in an encoding that it may have been put in. */
  occurIn(text: string): boolean {
    if (text === '') return false;
    const haystack = foldCase(text);
    for (const secret of this.#values) {
      if (secret.length > haystack.length) continue;
      if (encodings(secret).some((encoded) => haystack.includes(foldCase(encoded)))) return true;
    }
    return false;
  }

  /**
   * Checks whether an error of the app's, or anything else that it threw, repeats a secret. What is
   * too large, or cannot be searched, counts as something that does.
   */
  occurWithin(value: unknown): boolean {
    const pending = [value];
    const seen = new Set<unknown>();
    try {
      while (pending.length > 0) {
        const item = pending.pop();
        if (typeof item === 'string') {
          if (item.length > MAX_INSPECTED_TEXT || this.occurIn(item)) return true;
        } else if (typeof item === 'symbol') {
          pending.push(item.description);
        } else if (isObject(item) && !seen.has(item)) {
          const parts = listParts(item);
          if (!parts || seen.add(item).size > MAX_INSPECTED_OBJECTS) return true;
          pending.push(...parts);
        }
      }
      return false;
    } catch {
      return true;
    }
  }

  /** What may be shown of a reply. */
  describeResult(reply: unknown): ShownResult {
    const { resultCode, resultMessage } = (reply ?? {}) as Record<string, unknown>;
    const isShown =
      typeof resultCode === 'string' &&
      RESULT_CODE.test(resultCode) &&
      this.#values.size <= MAX_SECRETS &&
      !this.occurIn(resultCode);
    return {
      resultCode: isShown ? resultCode : undefined,
      resultMessage: typeof resultMessage === 'string' ? this.redact(resultMessage) : undefined,
    };
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * What a log could show of an object, nested objects apart; `undefined` if that cannot be known.
 * Properties are not read: a getter of the app's may do anything.
 */
function listParts(object: object): unknown[] | undefined {
  if (types.isProxy(object)) return undefined;
  if (ArrayBuffer.isView(object)) {
    const { buffer, byteOffset, byteLength } = object;
    return [Buffer.from(buffer, byteOffset, byteLength).toString()];
  }
  // What is not a property of it, such as the search parameters of a URL.
  const parts: unknown[] = [inspect(object, { depth: 0, showHidden: true })];
  const add = (value: unknown, key?: unknown): unknown => parts.push(key, value);
  if (types.isMap(object)) Map.prototype.forEach.call(object, add);
  if (types.isSet(object)) Set.prototype.forEach.call(object, add);
  const keys = Reflect.ownKeys(object);
  if (keys.length > MAX_INSPECTED_PROPERTIES) return undefined;
  for (const key of keys) {
    const property = Reflect.getOwnPropertyDescriptor(object, key);
    // Newer versions of V8 have a getter for the stack, which is part of what inspect gives.
    const isStack = key === 'stack' && types.isNativeError(object);
    if (property?.get && !isStack) return undefined;
    parts.push(key, property?.value);
  }
  return parts;
}

/** In both directions, because a lower-case sigma depends on the letter after it. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}

/** A secret as it stands, and as URLs, forms, JSON, HTML, base64 and hexadecimal would have it. */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const url = encodeUrl(secret);
  // Without the last character, if that depends on what follows the secret.
  const base64 = bytes.toString('base64').slice(0, Math.floor((bytes.length * 4) / 3));
  return [
    ...[secret, url, url.replaceAll('%20', '+'), encodeForm(secret)],
    ...[JSON.stringify(secret).slice(1, -1), escapeHtml(secret), bytes.toString('hex')],
    // Of one byte, nothing characteristic is left.
    ...(bytes.length > 1 ? [base64, base64.replaceAll('+', '-').replaceAll('/', '_')] : []),
  ];
}

function encodeUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** As HTML forms do, which encode more than a URL needs. */
function encodeForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character] ?? character);
}

const secretsOfRequests = new WeakMap<object, Secrets>();

/**
 * Has a client search for these secrets in all that it shows of the call with this request, and add
 * those that it learns of. Thus the later calls of a grant know the secrets of the earlier ones.
 */
export function shareSecrets(request: object, secrets: Secrets): void {
  secretsOfRequests.set(request, secrets);
}

/** The secrets that were shared for this request, or new ones. */
export function getSecrets(request: unknown): Secrets {
  const isObject = typeof request === 'object' && request !== null;
  return (isObject ? secretsOfRequests.get(request) : undefined) ?? new Secrets();
}
