import { runDoctor } from '../../../lib/emulator/doctor';

/** What the doctor says. */
export interface Consultation {
  readonly exitCode: 0 | 1;
  readonly output: string;
  /** By the names of the variables, without `AUTHLETE_`. */
  readonly verdicts: Readonly<Record<string, string | undefined>>;
  readonly advice: string;
}

/** Runs the doctor. No secret may be in what it prints. */
export async function consult(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Consultation> {
  let output = '';
  const exitCode = await runDoctor(args, (text) => (output += text), env);
  expect(output).not.toContain('PLANTED');
  const [lines = '', advice = ''] = output.split('\n\n');
  const verdicts = Object.fromEntries(
    lines.split('\n').map((line) => {
      const [variable = '', verdict] = line.split(/ {2,}/);
      return [variable.replace('AUTHLETE_', ''), verdict];
    }),
  );
  return { exitCode, output, verdicts, advice };
}

/** The verdicts while nothing is known. */
export const NOTHING_KNOWN = {
  BASE_URL: 'not known yet',
  SERVICE_ID: 'not known yet',
  BEARER: 'not known yet',
};
