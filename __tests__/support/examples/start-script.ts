import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cleanUp } from '../cleanup.js';

/** An example that runs as a process of its own. */
export interface RunningExample {
  /** The curl lines that it prints. */
  lines: string[];
  /** The URL of the page that it tells of, if it does. */
  page: string | undefined;
  /** Sends a signal; gives the exit code. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Runs an example's start script for the current test. */
export async function runExample(example: string): Promise<RunningExample> {
  const script = join(__dirname, '../../../examples', example, 'start.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  cleanUp(() => {
    child.kill('SIGKILL');
    return exited;
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.includes('=open-sesame\n')) break;
  }
  return {
    lines: output.match(/\bcurl .*$/gm) ?? [],
    page: /^ {2}(http\S+)$/m.exec(output)?.[1],
    async stop(signal) {
      child.kill(signal);
      const [exitCode] = await exited;
      return exitCode;
    },
  };
}

/** Sends what a curl line would, and gives the answer as `curl -i` shows it. */
export async function answerTo(line: string): Promise<string> {
  const [, url = '', fields = ''] = /^curl -i (\S+) -d (.*)$/.exec(line) ?? [];
  const body = new URLSearchParams(fields.replaceAll(' -d ', '&'));
  const answer = await fetch(url, { method: 'POST', body });
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
  const statusLine = `HTTP/1.1 ${answer.status} ${answer.statusText}`;
  return [statusLine, ...headers, '', await answer.text()].join('\n');
}
