import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Milliseconds: more than any command takes, so that one which does not end fails. */
const TIMEOUT = 300_000;

/**
 * Runs a command to its end.
 *
 * @throws Error with what the command printed, if it fails or does not end
 */
export async function run(command: string, args: string[], cwd: string): Promise<void> {
  try {
    await execute(command, args, { cwd, timeout: TIMEOUT, killSignal: 'SIGKILL' });
  } catch (error) {
    const { message, killed, stdout } = error as Error & { killed?: boolean; stdout?: string };
    const lines = [message, stdout, killed && 'It did not end.'].filter(Boolean);
    throw new Error(lines.join('\n'), { cause: error });
  }
}

/** Installs packages from the npm registry, or from npm's cache if they are there. */
export async function npmInstall(packages: string[], cwd: string): Promise<void> {
  const options = ['--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, ...packages], cwd);
}
