import { runInThisContext } from 'node:vm';
import { cleanUp } from '../cleanup';

/** The `process` of tests is a copy of Jest's, on which nothing is ever emitted. */
const realProcess = runInThisContext('process') as NodeJS.Process;

/** A process warning; Node's own have no code, most of them. */
export type Warning = Error & { readonly code?: string };

/** The name of the warnings of this package. */
const OURS = 'AuthleteTokenFailWarning';

/** Keeps the process warnings of this package during the current test, instead of printing them. */
export function watchWarnings(): Warning[] {
  const warnings: Warning[] = [];
  // Node's own listener prints.
  const others = realProcess.listeners('warning');
  const listener = (warning: Warning): void => {
    if (warning.name === OURS) warnings.push(warning);
    else for (const other of others) other(warning);
  };
  realProcess.removeAllListeners('warning').on('warning', listener);
  cleanUp(() => {
    realProcess.off('warning', listener);
    for (const other of others) realProcess.on('warning', other);
  });
  return warnings;
}

/** Keeps all other process warnings during the current test. */
export function watchNodeWarnings(): Warning[] {
  const warnings: Warning[] = [];
  const listener = (warning: Warning): void => {
    if (warning.name !== OURS) warnings.push(warning);
  };
  realProcess.on('warning', listener);
  cleanUp(() => realProcess.off('warning', listener));
  return warnings;
}
