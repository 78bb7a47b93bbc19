import { foldUsername } from '../../lib/brute-force/username';

const LAST_CODE_POINT = 0x10ffff;

/** What is no character, or not yet: such code points have neither case nor other forms. */
const UNASSIGNED = /[\p{Cn}\p{Co}\p{Cs}]/u;

const CHARACTERS: string[] = [];
for (let codePoint = 0; codePoint <= LAST_CODE_POINT; codePoint++) {
  const character = String.fromCodePoint(codePoint);
  if (!UNASSIGNED.test(character)) CHARACTERS.push(character);
}

/** Finds the characters that match, with the letters around them. */
function findCharacters(matches: (text: string) => boolean, [before, after] = ['', '']): string[] {
  return CHARACTERS.filter((character) => matches(before + character + after)).map(
    (character) => `U+${character.codePointAt(0)?.toString(16)}`,
  );
}

describe('foldUsername', () => {
  // What follows a letter changes its lower case (sigma), its upper case and its composition.
  it.each<[string, [before: string, after: string]]>([
    ['alone', ['', '']],
    ['between letters', ['a', 'b']],
    ['before sigma', ['Σ', 'Σ']],
    ['between accents', ['\u0301', '\u0345']],
  ])('is the same for every character %s, in any case and any form', (_where, around) => {
    const differing = findCharacters((text) => {
      const folded = foldUsername(text);
      return [
        text.toUpperCase(),
        text.toLowerCase(),
        text.normalize('NFKC'),
        text.normalize('NFKD'),
        text.normalize('NFKC').toLowerCase(),
        folded,
      ].some((form) => form !== text && foldUsername(form) !== folded);
    }, around);
    expect(differing).toEqual([]);
  });

  it('leaves out every character that a store which ignores accents does', () => {
    const { compare } = new Intl.Collator('und', { sensitivity: 'base' });
    const kept = findCharacters(
      (text) => compare(text, 'ab') === 0 && foldUsername(text) !== 'ab',
      ['a', 'b'],
    );
    expect(kept).toEqual([]);
  });

  it.each([0x378, 0xd800, 0xe000, 0xffff, 0xf0000, LAST_CODE_POINT])(
    'leaves out what is no character, such as code point %d',
    (codePoint) => {
      expect(foldUsername(`a${String.fromCodePoint(codePoint)}b`)).toBe('ab');
    },
  );

  it.each([
    ['case', 'John', 'JOHN'],
    ['case outside of ASCII', 'Jörg', 'JÖRG'],
    ['composition', 'j\u00f6rg', 'jo\u0308rg'],
    ['an accent', 'jörg', 'jorg'],
    ['width', 'john', '\uff4a\uff4f\uff48\uff4e'],
    ['a ligature', 'fipsi', '\ufb01psi'],
    ['sharp s', 'strauss', 'strau\u00df'],
    ['capital sharp s', 'strau\u00df', 'STRAU\u1e9e'],
    ['long s', 'strauss', 'strau\u017f\u017f'],
    ['a dotless i', 'IRMAK', '\u0131rmak'],
    ['a dotted I', 'irmak', '\u0130RMAK'],
    ['final sigma', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['sigma that is not final', 'οδυσσευς', 'οδυσσευσ'],
    ['ypogegrammeni', '\u1fb3', 'ΑΙ'],
    ['ypogegrammeni of its own', 'α\u0345', 'ΑΙ'],
    ['ypogegrammeni without a letter for it', 'john', 'jo\u0345hn'],
    ['the Kelvin sign', 'kelvin', '\u212aelvin'],
    ['spaces around it', 'john', '  john '],
    ['no-break spaces around it', 'john', '\u00a0john\u3000'],
    ['a space within', 'johndoe', 'john doe'],
    ['a zero-width space', 'john', 'john\u200b'],
    ['a soft hyphen', 'john', 'jo\u00adhn'],
    ['NUL', 'john', 'john\u0000'],
    ['a bidirectional control', 'john', '\u202ajohn'],
    ['a variation selector', 'john', 'john\ufe0f'],
    ['a grapheme joiner', 'john', 'jo\u034fhn'],
    ['a tag character', 'john', 'john\u{e0041}'],
    ['a Braille blank', 'john', 'john\u2800'],
    ['a Hangul filler', 'john', 'jo\u3164hn'],
    ['a halfwidth Hangul filler', 'john', 'jo\uffa0hn'],
    ['Hangul jamo fillers', 'john', '\u115fjohn\u1160'],
    ['a tatweel', 'محمد', 'محـمد'],
    ['what is invisible within a composition', 'j\u00f6rg', 'jo\u200b\u0308rg'],
    ['what is invisible around spaces', 'john', '\u200b john \u2060'],
  ])('is the same for spellings that differ in %s', (_what, one, other) => {
    expect(foldUsername(one)).toBe(foldUsername(other));
    expect(foldUsername(one)).not.toBe('');
  });

  it.each([
    ['john', 'jon'],
    ['john', 'john1'],
    ['john@example.com', 'john@example.org'],
    ['john.doe', 'john-doe'],
    ['Νίκος', 'Πέτρος'],
    ['김철수', '김영희'],
    ['山田', '山口'],
    ['محمد', 'محمود'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(foldUsername(one)).not.toBe(foldUsername(other));
  });

  it('does no work that grows with the square of a length', () => {
    const marks = '\u0315\u0300'.repeat(500_000);
    expect(foldUsername(`john${marks}`).startsWith('john')).toBe(true);
  });

  it('keeps long names apart', () => {
    const name = 'x'.repeat(2000);
    expect(foldUsername(`${name}a`)).not.toBe(foldUsername(`${name}b`));
  });
});
