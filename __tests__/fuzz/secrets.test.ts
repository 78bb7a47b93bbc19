import { inspect } from 'node:util';
import fc, { type Arbitrary } from 'fast-check';
import { Secrets } from '../../lib/authlete/redact';
import { expectToHold, FUZZ_TIMEOUT, type Shown, shown } from '../support/fuzz/fuzz';

/** Characters of a text that are shown at most. */
const MAX_SHOWN = 300;

/** Characters of a secret by which it is recognised. */
const MAX_SEARCHED = 64;

/** What stands for a text that repeats a secret. */
const WITHHELD = '(withheld: it repeats a secret)';

/** Characters that one encoding or another has a meaning for, and a few without. */
const CHARACTER = fc.constantFrom(
  ...Array.from(`%+\\&#;u0aA2/"'<>!*~() \n\r\t\u0000\u2028\u202eä€😀İßΣσς`),
);

const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: CHARACTER, maxLength: 30 }),
  fc.string(),
);

/** A secret came out of UTF-8, and may be as long as a JWT. */
const SECRET = fc
  .oneof(
    { weight: 6, arbitrary: TEXT },
    {
      weight: 1,
      arbitrary: fc.string({ minLength: 1 }).map((text) => text.repeat(700).slice(0, 1000)),
    },
  )
  .map((text) => text.toWellFormed());

const SECRETS = fc.array(SECRET, { maxLength: 5 });

const HTML: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};

/** Base64, but for the last characters where those depend on what follows. */
const BASE64_ENCODERS = (['base64', 'base64url'] as const).map((encoding) => (text: string) => {
  const bytes = Buffer.from(text);
  return bytes.toString(encoding).slice(0, Math.floor((bytes.length * 4) / 3));
});

/** The encodings in which a secret is recognised. */
const ENCODERS: ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(text).replaceAll('%20', '+'),
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
  (text) => text.replace(/[&<>"']/g, (character) => HTML[character] ?? ''),
  (text) => Buffer.from(text).toString('hex'),
  ...BASE64_ENCODERS,
];

/** Whatever has become of the letters, it is the same secret. */
const CASES: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase().toUpperCase(),
];

/** What does not repeat a secret, though it looks a little like it. */
const OTHERS: ((text: string) => string)[] = [
  (text) => text.slice(0, -1),
  (text) => text.slice(1),
  (text) => text.replace(/./gsu, '$& '),
];

/** A secret in an encoding, in this case of letters or another. */
const encodeOneOf = (secrets: string[]): Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('', ...secrets),
      fc.constantFrom(...ENCODERS, ...OTHERS),
      fc.constantFrom(...CASES),
    )
    .map(([secret, encode, changeCase]) => changeCase(encode(secret)));

/** A text that is made of secrets, their encodings and other text, and the secrets. */
const TEXT_AND_SECRETS = SECRETS.chain((secrets) => {
  const part = fc.oneof(
    TEXT,
    fc.nat(320).map((length) => 'x'.repeat(length)),
    encodeOneOf(secrets),
  );
  const parts = fc.array(part, { maxLength: 5 }).map((all) => all.join(''));
  return fc.tuple(fc.oneof(TEXT, parts), fc.constant(secrets));
});

const clean = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');

/** The beginnings of secrets as they are and in every encoding, but for base64 of one byte. */
function encodeAll(secrets: string[]): string[] {
  return secrets
    .filter((secret) => secret !== '')
    .map((secret) => secret.slice(0, MAX_SEARCHED).replace(/[\ud800-\udbff]$/, ''))
    .flatMap((secret) =>
      ENCODERS.filter(
        (encode) => Buffer.byteLength(secret) > 1 || !BASE64_ENCODERS.includes(encode),
      ).map((encode) => encode(secret)),
    );
}

/** Where in the text the first of the secrets begins; infinity if it has none. */
function findSecret(text: string, secrets: string[]): number {
  const found = encodeAll(secrets).map((encoded) => text.indexOf(encoded));
  return Math.min(Infinity, ...found.filter((at) => at >= 0));
}

/** Whether a secret is in the text when letters are the same in upper and in lower case. */
function hasSecretInAnyCase(text: string, secrets: string[]): boolean {
  return [text, clean(text)].some((searched) =>
    encodeAll(secrets).some((encoded) =>
      CASES.some((changeCase) => changeCase(searched).includes(changeCase(encoded))),
    ),
  );
}

/** Texts that have a secret in them only once they are made fit to be shown, and others. */
const EXAMPLES: [[text: string, secrets: string[]]][] = [
  [['wrong password: open\nsesame', ['open sesame']]],
  [['ΑΣΒ', ['ΑΣ']]],
  [['wrong: it%27s%21', ["it's!"]]],
  [['x'.repeat(5000), ['x'.repeat(1000)]]],
  [[`${'y'.repeat(299)}${'x'.repeat(1000)}`, ['x'.repeat(1000)]]],
  // Of two code units each, of which one space is left.
  [[`${'\u{e0001}'.repeat(250)}${encodeURIComponent('€'.repeat(64))}`, ['€'.repeat(64)]]],
];

it(
  'whatever the text and the secrets, what is shown is short, on one line, and repeats no secret',
  async () => {
    await expectToHold(
      // eslint-disable-next-line @typescript-eslint/require-await -- for the time limit of each run
      fc.asyncProperty(TEXT_AND_SECRETS, async ([text, values]) => {
        const secrets = new Secrets();
        secrets.add(...values);
        const redacted = secrets.redact(text);
        if (redacted === WITHHELD) return;
        expect(redacted.length).toBeLessThanOrEqual(MAX_SHOWN + '…'.length);
        // eslint-disable-next-line no-control-regex
        expect(redacted).not.toMatch(/[\u0000-\u001f\u007f\u0085\u2028\u2029\u202e]/);
        for (const searched of [text, clean(text)]) {
          // One that begins beyond what is shown may be there.
          expect(findSecret(searched, values)).toBeGreaterThanOrEqual(MAX_SHOWN);
        }
        expect(hasSecretInAnyCase(redacted, values)).toBe(false);
      }),
      EXAMPLES,
    );
  },
  FUZZ_TIMEOUT,
);

it(
  'whatever the text and the secrets, a text that repeats none is shown, but for what ends lines',
  async () => {
    await expectToHold(
      // eslint-disable-next-line @typescript-eslint/require-await -- for the time limit of each run
      fc.asyncProperty(TEXT_AND_SECRETS, async ([text, values]) => {
        // Of a long secret, the beginning is searched for.
        const beginnings = values.map((value) =>
          value.slice(0, 63).replace(/[\ud800-\udbff]$/, ''),
        );
        if (hasSecretInAnyCase(text, beginnings)) return;
        const secrets = new Secrets();
        secrets.add(...values);
        const whole = clean(text);
        expect(secrets.redact(text)).toBe(
          whole.length > MAX_SHOWN ? `${whole.slice(0, MAX_SHOWN)}…` : whole,
        );
      }),
    );
  },
  FUZZ_TIMEOUT,
);

const WORD = 'sesame-83BNqKIhGMyrkvop';

/** Values with a secret in them, one way or another. */
const HOLDER: Arbitrary<Shown<unknown>> = fc.letrec<{ value: Shown<unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      ...[WORD, `open ${WORD}`, `${'x'.repeat(50_000)}${WORD}`].map((text) => shown(text, text)),
      shown(new String(WORD), 'a String object'),
      shown(new URL(`https://a.example/?p=${WORD}`), 'a URL'),
      shown(new URLSearchParams({ p: WORD }), 'a URLSearchParams'),
      shown(Symbol(WORD), 'a symbol'),
      shown(Buffer.from(WORD), 'a Buffer'),
    ),
    fc
      .tuple(
        tie('value'),
        fc.constantFrom<[string, (value: unknown) => unknown][]>(
          ['an array', (value) => [1, value]],
          ['an object', (value) => ({ a: 1, b: value })],
          ['an Error', (value) => new Error('x', { cause: value })],
          ['an AggregateError', (value) => new AggregateError([value])],
          ['a Map', (value) => new Map([['a', value]])],
          ['keys of a Map', (value) => new Map([[value, 1]])],
          ['a Set', (value) => new Set([value])],
          ['a hidden property', (value) => Object.defineProperty({}, 'a', { value })],
          ['a getter', (value) => Object.defineProperty({}, 'a', { get: () => value })],
          ['a Proxy', (value) => new Proxy({ a: value }, {})],
          ['an object without a prototype', (a) => ({ __proto__: null, a })],
          ['a property of a function', (a) => Object.assign(() => 1, { a })],
        ),
      )
      .map(([{ value, [fc.toStringMethod]: describe }, [what, wrap]]) =>
        shown(wrap(value), `${what} of ${describe()}`),
      ),
  ),
})).value;

it(
  'whatever an app throws, it is kept as a cause only if no secret shows of it',
  async () => {
    const secrets = new Secrets();
    secrets.add(WORD);
    await expectToHold(
      // eslint-disable-next-line @typescript-eslint/require-await -- for the time limit of each run
      fc.asyncProperty(HOLDER, async ({ value }) => {
        const text = inspect(value, {
          ...{ depth: Infinity, showHidden: true, showProxy: true, getters: true },
          ...{ maxStringLength: Infinity, maxArrayLength: Infinity },
        });
        if (text.includes(WORD)) expect(secrets.occurWithin(value)).toBe(true);
      }),
    );
  },
  FUZZ_TIMEOUT,
);
