import { readFileSync } from 'node:fs';

/**
 * Reads a JSON file. Errors say where it is wrong and never quote it, because it has secrets in it.
 *
 * @throws Error if the file cannot be read or is not JSON
 */
export function readJsonFile(file: string): unknown {
  // RFC 8259 section 8.1: a byte order mark may be ignored.
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const problem = findProblem(text);
  if (problem !== undefined) {
    const before = text.slice(0, findPosition(text, problem)).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    throw new Error(`it is not valid JSON from line ${before.length}, column ${column} on`);
  }
  return JSON.parse(text) as unknown;
}

/** The parser's error message; `undefined` if the text is JSON. */
function findProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Finds where the parser stopped. */
function findPosition(text: string, problem: string): number {
  const [, position] = /at position (\d+)/.exec(problem) ?? [];
  if (position !== undefined) return Number(position);
  if (!isUnexpectedToken(problem)) return text.length;
  // Node does not say where an unexpected token is. Every start of the text that includes it fails.
  let right = 0;
  let wrong = text.length;
  while (wrong - right > 1) {
    const middle = Math.floor((right + wrong) / 2);
    if (isUnexpectedToken(findProblem(text.slice(0, middle)))) wrong = middle;
    else right = middle;
  }
  return right;
}

function isUnexpectedToken(problem = ''): boolean {
  return problem.startsWith('Unexpected token');
}
