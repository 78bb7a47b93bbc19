import type { GrantName } from '../grants.js';
import { type Counts, PROTECTIONS, type VariantSettings } from './variant.js';

/** A server to measure, and the token request that it is measured with. */
export interface VariantInfo {
  title: string;
  /** The name of its file. */
  file: string;
  grant: GrantName;
  settings?: Partial<VariantSettings>;
  /** Does not call upstream. */
  alone?: true;
}

const FAILED_GRANT = {
  'express-alone': ['Express 5, no upstream call', 'express-alone'],
  undici: ['Express 5 + undici by hand: the limit', 'undici'],
  axios: ['Express 5 + axios by hand, keep-alive agent', 'axios'],
  sdk: ['Express 5 + official SDK', 'sdk'],
  ours: ['tokenFail, defaults', 'ours'],
  'ours-express4': ['tokenFail on Express 4', 'ours-express4'],
  'ours-app-axios': ["tokenFail with an app's axios, http adapter", 'ours-app-axios'],
} as const;

/** A few attempts for each user, more for each address: docs/brute-force.md has the same. */
const BLOCKED: Counts = { store: 'memory', points: { user: 5, address: 100 } };

const ENDPOINTS = {
  axios: 'Express 5 + axios by hand, keep-alive agent',
  sdk: 'Express 5 + official SDK',
  ours: 'tokenEndpoint',
} as const;

const ENDPOINT_GRANTS = [
  'wrong-password',
  'right-password',
  'client-credentials',
  'blocked',
] as const satisfies GrantName[];

const ABLATIONS: Record<
  string,
  [title: string, file: string, settings?: Partial<VariantSettings>]
> = {
  'ablation-adapter': ['axios over our adapter by hand, no client', 'own-adapter'],
  'ablation-bare': ['the client without any protection', 'parts', { without: PROTECTIONS }],
  ...Object.fromEntries(
    PROTECTIONS.map((one) => [
      `ablation-no-${one}`,
      [`the client without ${one}`, 'parts', { without: [one] }],
    ]),
  ),
  'ablation-parts': ['the client, built of its parts by the bench', 'parts', { without: [] }],
  'ablation-client': ['the client, answered by hand', 'client'],
  'ablation-logger': ['tokenFail with a logger', 'ours-observed', { observer: 'logger' }],
  'ablation-channel': ['tokenFail, channels listened to', 'ours-observed', { observer: 'channel' }],
  'ablation-opentelemetry': [
    'tokenFail with OpenTelemetry',
    'ours-observed',
    { observer: 'opentelemetry' },
  ],
};

/** All that can be measured, by name. */
export const VARIANTS: Readonly<Record<string, VariantInfo>> = {
  ...Object.fromEntries(
    Object.entries(FAILED_GRANT).map(([name, [title, file]]) => [
      name,
      { title, file, grant: 'failed-grant', ...(file === 'express-alone' && { alone: true }) },
    ]),
  ),
  ...Object.fromEntries(
    ENDPOINT_GRANTS.flatMap((grant) =>
      Object.entries(ENDPOINTS)
        // The SDK has the same limiter around it as axios has.
        .filter(([by]) => grant !== 'blocked' || by !== 'sdk')
        .map(([by, title]) => {
          const settings = grant === 'blocked' ? { counts: BLOCKED } : {};
          return [`${grant}-${by}`, { title, file: `endpoint-${by}`, grant, settings }];
        }),
    ),
  ),
  ...Object.fromEntries(
    Object.entries(ABLATIONS).map(([name, [title, file, settings = {}]]) => [
      name,
      { title, file, grant: 'failed-grant', settings },
    ]),
  ),
};

/** The variants of each mode that compares some, in the order of its tables. */
export const VARIANTS_OF = {
  failedGrant: Object.keys(FAILED_GRANT),
  endpoint: Object.keys(VARIANTS).filter((name) => VARIANTS[name]?.grant !== 'failed-grant'),
  ablations: [
    'undici',
    ...Object.keys(ABLATIONS).slice(0, -3),
    'ours',
    ...Object.keys(ABLATIONS).slice(-3),
  ],
};

/** @throws Error if there is none of this name */
export function findVariant(name: string): VariantInfo {
  const variant = VARIANTS[name];
  if (variant) return variant;
  throw new Error(`${name} is not one of ${Object.keys(VARIANTS).join(', ')}`);
}

/** Of those that do the same work, the one that the others are compared with: ours, if it is there. */
export function findBase(names: readonly string[]): string | undefined {
  return names.find((name) => /(^|-)ours$/.test(name)) ?? names[0];
}

/**
 * Of those that do the same work, one without this package's code: what changes in it is the machine's
 * doing.
 *
 * @throws Error if there is none
 */
export function findYardstick(names: readonly string[]): string {
  const found =
    names.find((name) => name === 'undici') ??
    names.find((name) => /(^|-)axios$/.test(name) && !name.startsWith('ours'));
  if (found !== undefined) return found;
  throw new Error(`there is no server written by hand among ${names.join(', ')}`);
}
