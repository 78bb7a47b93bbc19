import { TOKEN_CONTENT, FAIL_CONTENT } from './replies.js';

/** The APIs of Authlete's that upstream stands in for. */
export const API_PATHS = ['/auth/token', '/auth/token/issue', '/auth/token/fail'] as const;

export type ApiPath = (typeof API_PATHS)[number];

/** A token request, how it is answered, and the calls to Authlete that it takes. */
export interface Grant {
  title: string;
  /** The body that a load sends. */
  form: string;
  status: number;
  content: string;
  calls: readonly ApiPath[];
}

const PASSWORD = 'grant_type=password&client_id=26478243745571&username=john&password=';

const FAILED = { status: 400, content: FAIL_CONTENT };

const ISSUED = { status: 200, content: TOKEN_CONTENT };

/** By what is measured. */
export const GRANTS = {
  /** A route of the app's own fails at once, with a ticket. */
  'failed-grant': {
    title: 'failed grant',
    form: `${PASSWORD}wrong`,
    ...FAILED,
    calls: ['/auth/token/fail'],
  },
  'wrong-password': {
    title: 'wrong password',
    form: `${PASSWORD}wrong`,
    ...FAILED,
    calls: ['/auth/token', '/auth/token/fail'],
  },
  'right-password': {
    title: 'right password',
    form: `${PASSWORD}right`,
    ...ISSUED,
    calls: ['/auth/token', '/auth/token/issue'],
  },
  'client-credentials': {
    title: 'client credentials',
    form: 'grant_type=client_credentials&client_id=26478243745571&client_secret=bench-client-secret',
    ...ISSUED,
    calls: ['/auth/token'],
  },
  /** The user has used up the attempts. The first few are wrong passwords, with the same answer. */
  blocked: {
    title: 'blocked attempt',
    form: `${PASSWORD}wrong`,
    ...FAILED,
    calls: ['/auth/token', '/auth/token/fail'],
  },
} as const satisfies Record<string, Grant>;

export type GrantName = keyof typeof GRANTS;
