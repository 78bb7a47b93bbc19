import { inspect, types } from 'node:util';
import { foldCase, listEncodings, MAX_SECRET_LENGTH } from './encodings.js';

/** Characters of upstream text that an error or an outcome shows. */
const MAX_TEXT_LENGTH = 300;

/**
 * Code units of upstream text that are searched, so that a secret is found which the end of the shown
 * text cuts in two. Of two code units, one may be shown. Percent-encoding makes nine of one; no other
 * encoding makes more.
 */
const SEARCHED_LENGTH = 2 * MAX_TEXT_LENGTH + 9 * MAX_SECRET_LENGTH;

/** Secrets to search for. A token request has about ten; more than this would keep us busy. */
const MAX_SECRETS = 20;

/** Parameters of a form that are looked at. */
const MAX_PAIRS = 200;

/** Properties of what an app threw that are searched, nested ones included. */
const MAX_PROPERTIES = 500;

/** Objects of it that may occur again in it: inspect writes them each time. */
const MAX_REPETITIONS = 20;

/** Characters of it, as inspect writes it, that are searched. */
const MAX_INSPECTED_LENGTH = 100_000;

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
  readonly #values: string[] = [];
  /** Whether there are more secrets than these: nothing is shown then. */
  #hasMore = false;
  /** Names of users, which are not shown of Authlete's either, but may stand in an app's errors. */
  readonly #usernames: string[] = [];
  /** The encodings of all of them, once they are needed. */
  #encodings: string[] | undefined;

  add(...values: readonly unknown[]): void {
    for (const value of values) {
      if (typeof value !== 'string' || value === '' || this.#values.includes(value)) continue;
      if (this.#values.length === MAX_SECRETS) this.#hasMore = true;
      else this.#values.push(value);
      this.#encodings = undefined;
    }
  }

  /** Adds the secret fields of a request or a reply of Authlete's. */
  addFields(object: unknown): void {
    if (typeof object !== 'object' || object === null) return;
    const fields = object as Record<string, unknown>;
    for (const name of SECRET_FIELDS) if (Object.hasOwn(fields, name)) this.add(fields[name]);
    if (Object.hasOwn(fields, 'username')) this.#addUsername(fields['username']);
  }

  #addUsername(username: unknown): void {
    if (typeof username === 'string' && username !== '') this.#usernames.push(foldCase(username));
  }

  /** As `addFields`, for a request: of `/auth/token`, it has the form of the token request. */
  addRequest(request: unknown): void {
    this.addFields(request);
    if (typeof request !== 'object' || request === null || !Object.hasOwn(request, 'parameters'))
      return;
    const { parameters } = request as { parameters?: unknown };
    if (typeof parameters === 'string') this.#addForm(parameters);
  }

  /** Adds the secrets of a token request's body, whatever has parsed it. */
  addBody(body: unknown): void {
    if (typeof body === 'string') this.#addForm(body);
    else if (Buffer.isBuffer(body)) this.#addForm(body.toString());
    else if (typeof body === 'object' && body !== null) {
      for (const [name, value] of Object.entries(body)) {
        if (!SECRET_PARAMETERS.has(name)) continue;
        // A parameter that was sent twice is a list.
        const values: readonly unknown[] = Array.isArray(value) ? value : [value];
        this.add(...values);
      }
      this.#addUsername((body as { username?: unknown }).username);
    }
  }

  /** Adds the secret parameters of a form, decoded and as they were sent. */
  #addForm(form: string): void {
    const pairs = form.split('&', MAX_PAIRS + 1);
    if (pairs.length > MAX_PAIRS) this.#hasMore = true;
    for (const pair of pairs) {
      const name = pair.split('=', 1)[0] ?? '';
      if (!SECRET_PARAMETERS.has(name) && name !== 'username' && !/[%+]/.test(name)) continue;
      const [decoded] = new URLSearchParams(pair);
      if (decoded === undefined) continue;
      if (decoded[0] === 'username') this.#addUsername(decoded[1]);
      if (!SECRET_PARAMETERS.has(decoded[0])) continue;
      this.add(decoded[1], /=(.*)/s.exec(pair)?.[1]);
    }
  }

  /**
   * Makes upstream text fit for an error message or a log line: withheld if it repeats a secret,
   * otherwise without line breaks and control characters, and cut to 300 characters.
   */
  redact(text: string): string {
    if (this.#hasMore) return NOT_SEARCHED;
    const searched = text.slice(0, SEARCHED_LENGTH);
    const clean = searched.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
    if ([searched, clean].some((one) => this.occurIn(one) || this.#hasUsername(one)))
      return WITHHELD;
    return clean.length > MAX_TEXT_LENGTH ? `${clean.slice(0, MAX_TEXT_LENGTH)}…` : clean;
  }

  #hasUsername(text: string): boolean {
    const haystack = foldCase(text);
    return this.#usernames.some((username) => haystack.includes(username));
  }

  /**
   * Checks whether a text repeats a secret, in an encoding that it may have been put in. Where there
   * are more secrets than are searched for, any text counts as one that does.
   */
  occurIn(text: string): boolean {
    if (text === '') return false;
    if (this.#hasMore) return true;
    this.#encodings ??= this.#values.flatMap(listEncodings);
    const haystack = foldCase(text);
    return this.#encodings.some((encoded) => haystack.includes(encoded));
  }

  /**
   * Checks whether an error of the app's, or anything else that it threw, repeats a secret. What
   * cannot be seen as a whole counts as something that does.
   */
  occurWithin(value: unknown): boolean {
    try {
      if (isLarge(value)) return true;
      // A class may hide properties from inspect that JSON or another log shows, or show more.
      return [true, false].some((customInspect) => {
        const inspected = inspect(value, { ...INSPECT_OPTIONS, customInspect });
        const text = inspected.replaceAll(STACK_GETTER, '');
        if (text.length > MAX_INSPECTED_LENGTH || UNSEEN.test(text)) return true;
        return this.occurIn(text) || this.occurIn(unquote(text));
      });
    } catch {
      return true;
    }
  }

  /** What may be shown of a reply. */
  describeResult(reply: unknown): ShownResult {
    const { resultCode, resultMessage } = (reply ?? {}) as Record<string, unknown>;
    const isShown =
      typeof resultCode === 'string' && RESULT_CODE.test(resultCode) && !this.occurIn(resultCode);
    return {
      resultCode: isShown ? resultCode : undefined,
      resultMessage: typeof resultMessage === 'string' ? this.redact(resultMessage) : undefined,
    };
  }
}

const INSPECT_OPTIONS = {
  ...{ depth: 10, maxArrayLength: 1000, maxStringLength: MAX_INSPECTED_LENGTH },
  ...{ showHidden: true, showProxy: true, breakLength: Infinity },
};

/** What Node 22 and newer have besides the stack itself. */
const STACK_GETTER = '[stack]: [Getter/Setter]';

/** What inspect writes instead of getters, proxies, bytes, and what is too deep or too long. */
const UNSEEN =
  /\[(Getter|Setter)|Proxy[ [>]|<Buffer|Array(Buffer)? |\[(Object|Array|Map|Set)\]|\d more /;

/** Whether a value has more in it than is searched. Getters are not called. */
function isLarge(value: unknown): boolean {
  const pending = [value];
  const seen = new Set<unknown>();
  let properties = 0;
  let repetitions = 0;
  while (pending.length > 0) {
    const item = pending.pop();
    if (typeof item !== 'object' || item === null || types.isProxy(item)) continue;
    if (seen.has(item)) {
      if (++repetitions > MAX_REPETITIONS) return true;
      continue;
    }
    seen.add(item);
    const keys = Reflect.ownKeys(item);
    properties += keys.length;
    if (properties > MAX_PROPERTIES) return true;
    for (const key of keys) pending.push(Reflect.getOwnPropertyDescriptor(item, key)?.value);
  }
  return false;
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Undoes the escapes that inspect adds to strings. */
function unquote(text: string): string {
  return text.replace(/\\(?:x([\da-f]{2})|u([\da-f]{4})|(.))/gi, (_escape, hex, code, other) => {
    const digits = (hex ?? code) as string | undefined;
    if (digits !== undefined) return String.fromCharCode(parseInt(digits, 16));
    return ESCAPES[other as string] ?? String(other);
  });
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
