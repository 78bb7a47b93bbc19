import type { ResolvedHooks } from './fail-options.js';

/** What a `tokenEndpoint` wants told of an error that it gives to `next`. */
export interface Report {
  /** The endpoint's own hooks, told along with those of `tokenFail`. */
  readonly hooks: ResolvedHooks;
  /** For `onError`: why the grant failed, where that is not the client application's doing. */
  readonly problems: readonly unknown[];
}

const reports = new WeakMap<object, Report>();

/** Leaves a report for whoever answers the error. */
export function leaveReport(error: object, report: Report): void {
  reports.set(error, report);
}

/** Takes the report of an error, if there is one that nobody has taken yet. */
export function takeReport(error: unknown): Report | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const report = reports.get(error);
  reports.delete(error);
  return report;
}
