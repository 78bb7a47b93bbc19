import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { answerAsks } from '../support/asks.js';
import { listen } from '../support/listen.js';
import type { FrontOptions } from './front.js';
import { loadVariant } from './variants/variant.js';

/** Of a front that has just started. Times are in milliseconds. */
export interface ColdStart {
  /** Until the variant's modules were loaded. */
  loaded: number;
  /** Until the first answer was out. */
  answered: number;
  /** CPU until then, of all threads. */
  cpu: number;
  /** Loading Ajv's own modules, and compiling schemas; only if they are watched. */
  ajv: number;
  compiled: number;
}

const load = createRequire(__filename);

let firstAnswer: Promise<ColdStart>;

answerAsks({
  async start({ name, settings, watchAjv }: FrontOptions & { watchAjv: boolean }) {
    const start = performance.now();
    const cpuAtStart = process.cpuUsage();
    const watched = watchAjv ? watchedAjv() : { compiled: 0 };
    const ajv = performance.now() - start;
    const variant = loadVariant(name);
    const loaded = performance.now() - start;
    const server = createServer(variant.createApp(settings));
    firstAnswer = new Promise((resolve) => {
      server.once('request', (_req, res) => {
        res.once('finish', () => {
          const answered = performance.now() - start;
          const { user, system } = process.cpuUsage(cpuAtStart);
          const cpu = (user + system) / 1000;
          resolve({ loaded, answered, cpu, ajv, ...watched });
        });
      });
    });
    return `${await listen(server)}/token`;
  },
  firstAnswer: () => firstAnswer,
});

/** Loads Ajv and has it count how long it compiles. */
function watchedAjv(): { compiled: number } {
  const { prototype } = (load('ajv') as typeof import('ajv')).Ajv;
  const compile = Reflect.get(prototype, 'compile') as (...given: unknown[]) => unknown;
  const count = { compiled: 0 };
  Object.assign(prototype, {
    compile(...given: unknown[]) {
      const start = performance.now();
      const validate = Reflect.apply(compile, this, given);
      count.compiled += performance.now() - start;
      return validate;
    },
  });
  return count;
}
