import type { AuthleteApiError } from '../errors.js';
import type { TokenFailResponse } from '../schemas/types.generated.js';

/** What is known of one of the three settings. */
export type Verdict =
  | 'right'
  | 'wrong'
  | 'wrong for this token'
  | 'wrong for this service'
  | 'missing'
  | 'not known yet';

/** What a call of a service tells. */
export interface Diagnosis {
  readonly baseUrl: Verdict;
  readonly serviceId: Verdict;
  readonly accessToken: Verdict;
  /** What happened and where to look, in plain words. */
  readonly advice: string;
}

/** Of what was not found out. */
export const UNKNOWN = {
  baseUrl: 'not known yet',
  serviceId: 'not known yet',
  accessToken: 'not known yet',
} as const;
const WRONG_URL = { ...UNKNOWN, baseUrl: 'wrong' } as const;
const RIGHT_URL = { ...UNKNOWN, baseUrl: 'right' } as const;

/** What the doctor tells of a reply for a ticket that cannot exist. */
export function diagnosisOfReply({ action, resultCode }: TokenFailResponse): Diagnosis {
  if (action !== 'INTERNAL_SERVER_ERROR') {
    return {
      ...WRONG_URL,
      advice: `What answers there took a ticket that cannot exist (action ${action}). It is not Authlete.`,
    };
  }
  const who = resultCode?.startsWith('EMU')
    ? "This package's emulator, not Authlete,"
    : 'The service';
  return {
    baseUrl: 'right',
    serviceId: 'right',
    accessToken: 'right',
    advice: `${who} takes the calls and knows no such ticket, which is as it should be.`,
  };
}

/** What the doctor tells of a call that failed. */
export function diagnosisOfError(error: AuthleteApiError): Diagnosis {
  switch (error.code) {
    case 'ERR_ATF_UNREACHABLE':
      return unreachable(error);
    case 'ERR_ATF_TIMEOUT':
      return {
        ...UNKNOWN,
        advice:
          `${error.message}. Look at the firewall, and at proxies: the proxy environment ` +
          'variables are not obeyed.',
      };
    case 'ERR_ATF_HTTP_STATUS':
      return error.resultCode === undefined ? foreignStatus(error) : apiStatus(error);
    case 'ERR_ATF_RESPONSE_INVALID':
      return {
        ...WRONG_URL,
        advice: `What answers there is not Authlete's API. The client says: ${error.message}.`,
      };
    default:
      return { ...UNKNOWN, advice: `${error.message}. Try again.` };
  }
}

/** By Node's own code, with which the error's message ends. */
const UNREACHABLE: readonly {
  code: RegExp;
  verdict: typeof UNKNOWN | typeof WRONG_URL;
  advice: string;
}[] = [
  { code: /^ENOTFOUND$/, verdict: WRONG_URL, advice: 'No host has this name.' },
  {
    code: /^EAI_\w+$/,
    verdict: UNKNOWN,
    advice: "The host's name could not be looked up: DNS does not answer.",
  },
  { code: /^ECONNREFUSED$/, verdict: UNKNOWN, advice: 'Nothing listens on this host and port.' },
  {
    code: /CERT|^UNABLE_TO_/,
    verdict: UNKNOWN,
    advice:
      "The host's TLS certificate is not accepted: it has expired, is for another name, or was " +
      'issued by nobody whom this machine trusts. NODE_EXTRA_CA_CERTS names further ones to trust.',
  },
  {
    code: /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/,
    verdict: UNKNOWN,
    advice: 'What listens there does not speak TLS, or a version of it that nobody uses any more.',
  },
];

function unreachable({ message }: AuthleteApiError): Diagnosis {
  const [, code = ''] = /\((\w+)\)$/.exec(message) ?? [];
  const { verdict, advice } = UNREACHABLE.find((entry) => entry.code.test(code)) ?? {
    verdict: UNKNOWN,
    advice: 'There is no way to this host from here: look at the network and the firewall.',
  };
  return { ...verdict, advice: `${advice} (${code})` };
}

/** An HTTP error with a `result`, as Authlete's have. */
function apiStatus({ status, resultCode, resultMessage }: AuthleteApiError): Diagnosis {
  const said = `It said: HTTP status ${status}, ${resultMessage ?? resultCode}`;
  switch (status) {
    case 401:
      return {
        ...RIGHT_URL,
        accessToken: 'wrong',
        advice: `The API does not accept the token. ${said}`,
      };
    case 403:
      return {
        baseUrl: 'right',
        serviceId: 'wrong for this token',
        accessToken: 'wrong for this service',
        advice: `The API is not open to this token for this service: one of the two is of another service or organization. ${said}`,
      };
    case 404:
      return {
        ...UNKNOWN,
        advice: `There is no such service, or the URL has a path that it should not have. ${said}`,
      };
    default:
      return {
        ...RIGHT_URL,
        advice: `The API is there and could not process the call. ${said}`,
      };
  }
}

/** An HTTP error without a `result`: of a gateway, or of something that is not Authlete. */
function foreignStatus({ status = 0 }: AuthleteApiError): Diagnosis {
  if (status === 429 || status >= 500) {
    return {
      ...UNKNOWN,
      advice: `Something answers, but not as Authlete's API does (HTTP status ${status}): a gateway in front of it that cannot reach it, or something else. Try again later.`,
    };
  }
  return {
    ...WRONG_URL,
    advice: `What answers there is not Authlete's API (HTTP status ${status}).`,
  };
}
