import fc from 'fast-check';
import { safeText } from '../../lib/redact';
import { expectToHold, FUZZ_TIMEOUT } from '../support/fuzz';

const WITHHELD = '(withheld: it repeats a secret)';

/** Characters that one encoding or another has a meaning for, and a few without. */
const CHARACTER = fc.constantFrom(
  ...Array.from(`%+\\&#;u0aA2/"' \n\r\t\u0000\u2028\u202eä€😀…\ud800`),
);

const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: CHARACTER, maxLength: 30 }),
  fc.string(),
);

const SECRETS = fc.array(TEXT, { maxLength: 5 });

const ENCODERS: ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
  (text) => text.replace(/[^a-z]/gu, (character) => `&#${String(character.codePointAt(0))};`),
  // What a log line makes of it.
  (text) => text.replaceAll(' ', '\n'),
  (text) => text.slice(0, -1),
];

/** A text that is made of secrets, their encodings and other text, and the secrets. */
const TEXT_AND_SECRETS = SECRETS.chain((secrets) =>
  fc.tuple(
    fc.oneof(
      TEXT,
      fc
        .array(
          fc.oneof(
            TEXT,
            fc.nat(320).map((length) => 'x'.repeat(length)),
            fc
              .tuple(fc.constantFrom('', ...secrets), fc.constantFrom(...ENCODERS))
              .map(([secret, encode]) => encode(secret)),
          ),
          { maxLength: 5 },
        )
        .map((parts) => parts.join('')),
    ),
    fc.constant(secrets),
  ),
);

/** Texts that have no secret in them until they are made fit to be shown. */
const EXAMPLES: [[text: string, secrets: string[]]][] = [
  [['wrong password: open\nsesame', ['open sesame']]],
  [[`${'x'.repeat(296)}abcdef`, ['abcd…']]],
];

it(
  'whatever the text and the secrets, what is shown is short, on one line, and has no secret in it',
  async () => {
    await expectToHold(
      // eslint-disable-next-line @typescript-eslint/require-await -- for the time limit of each run
      fc.asyncProperty(TEXT_AND_SECRETS, async ([text, secrets]) => {
        const safe = safeText(text, secrets);
        if (safe === WITHHELD) return;
        expect(safe.length).toBeLessThanOrEqual(301);
        expect(safe).not.toMatch(/[\r\n\u0085\u2028\u2029]/);
        const repeated = secrets.filter((secret) => secret.length >= 4 && safe.includes(secret));
        expect(repeated).toEqual([]);
      }),
      EXAMPLES,
    );
  },
  FUZZ_TIMEOUT,
);
