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
  (text) => text.slice(1),
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => text.normalize('NFD'),
  (text) => text.replace(/./gsu, '$&\u00ad'),
  (text) => text.replace(/.{5}/gsu, '$&\r\n '),
  ...[0, 1, 2].flatMap((offset): ((text: string) => string)[] => [
    (text) => Buffer.from(`${'x'.repeat(offset)}${text}`).toString('base64'),
    (text) => Buffer.from(`${'x'.repeat(offset)}${text}.`).toString('base64url'),
  ]),
  (text) => Buffer.from(text).toString('hex'),
];

/** Spellings that somebody may take for the same. */
const ALIKE: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toLowerCase(),
  (text) => text.normalize('NFC'),
  (text) => text.normalize('NFKD'),
];

/** The text, and what somebody may read in it who has an eye for encodings. */
function readBy(text: string): string[] {
  const runs = text.match(/[\w+/-]{4,}/g) ?? [];
  return [
    text,
    ...runs.flatMap((run) => [0, 1, 2, 3].map((start) => decoded(run.slice(start), 'base64'))),
    ...runs.flatMap((run) => [0, 1].map((start) => decoded(run.slice(start), 'hex'))),
  ];
}

const decoded = (text: string, encoding: 'base64' | 'hex') =>
  Buffer.from(text, encoding).toString('utf8');

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
  [[`code ${'0'.repeat(62)}${Buffer.from('hunter2').toString('base64')}`, ['hunter2']]],
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
        const read = readBy(safe);
        const repeated = secrets.filter(
          (secret) =>
            secret.length >= 4 &&
            ALIKE.some((alike) => read.some((text) => alike(text).includes(alike(secret)))),
        );
        expect(repeated).toEqual([]);
      }),
      EXAMPLES,
    );
  },
  FUZZ_TIMEOUT,
);
