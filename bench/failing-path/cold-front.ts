import { createServer } from 'node:http';
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
}

let firstAnswer: Promise<ColdStart>;

answerAsks({
  async start({ file, settings }: FrontOptions) {
    const start = performance.now();
    const cpuAtStart = process.cpuUsage();
    const variant = loadVariant(file);
    const loaded = performance.now() - start;
    const server = createServer(variant.createApp(settings));
    firstAnswer = new Promise((resolve) => {
      server.once('request', (_req, res) => {
        res.once('finish', () => {
          const answered = performance.now() - start;
          const { user, system } = process.cpuUsage(cpuAtStart);
          const cpu = (user + system) / 1000;
          resolve({ loaded, answered, cpu });
        });
      });
    });
    return `${await listen(server)}/token`;
  },
  firstAnswer: () => firstAnswer,
});
