import type { AuthleteApiError } from '../errors.js';
import type { TokenFailResponse } from '../schemas/types.generated.js';

/** What is known of a setting. */
export type Verdict =
  | 'right'
  | 'wrong'
  | 'wrong for this token'
  | 'wrong for this service'
  | 'missing'
  | 'not known yet';

/** What a setting is about. */
export type Subject = 'baseUrl' | 'serviceId' | 'credentials';

/** What a call of a service says about the settings. */
export type Diagnosis = Readonly<Record<Subject, Verdict>> & {
  /** What happened and where to look, in plain words. */
  readonly advice: string;
};

/** Before anything is known. */
export const UNKNOWN = {
  baseUrl: 'not known yet',
  serviceId: 'not known yet',
  credentials: 'not known yet',
} as const;
const WRONG_URL = { ...UNKNOWN, baseUrl: 'wrong' } as const;
const RIGHT_URL = { ...UNKNOWN, baseUrl: 'right' } as const;

/** Reads the reply for a ticket that cannot exist. */
export function diagnoseReply({ action, resultCode }: TokenFailResponse): Diagnosis {
  if (action !== 'INTERNAL_SERVER_ERROR') {
    return {
      ...WRONG_URL,
      advice: `What answers there accepted a ticket that cannot exist (action ${action}). It is not Authlete.`,
    };
  }
  const who = resultCode?.startsWith('EMU')
    ? "This package's emulator, not Authlete,"
    : 'The service';
  return {
    baseUrl: 'right',
    serviceId: 'right',
    credentials: 'right',
    advice: `${who} accepts the calls and does not know the ticket, as it should be.`,
  };
}

/**
 * Reads the error of a call.
 *
 * @param credentials - what the call was authenticated with, in plain words
 */
export function diagnoseError(error: AuthleteApiError, credentials: string): Diagnosis {
  switch (error.code) {
    case 'ERR_ATF_UNREACHABLE':
      return diagnoseUnreachable(error);
    case 'ERR_ATF_TIMEOUT':
      return {
        ...UNKNOWN,
        advice:
          `${error.message}. Look at the firewall, and at proxies: the proxy environment ` +
          'variables are not obeyed.',
      };
    case 'ERR_ATF_HTTP_STATUS':
    case 'ERR_ATF_THROTTLED':
      return error.resultCode === undefined
        ? diagnoseForeignStatus(error)
        : diagnoseStatus(error, credentials);
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
  verdicts: typeof UNKNOWN | typeof WRONG_URL;
  advice: string;
}[] = [
  { code: /^ENOTFOUND$/, verdicts: WRONG_URL, advice: 'No host has this name.' },
  {
    code: /^EAI_\w+$/,
    verdicts: UNKNOWN,
    advice: "The host's name could not be looked up: DNS does not answer.",
  },
  { code: /^ECONNREFUSED$/, verdicts: UNKNOWN, advice: 'Nothing listens on this host and port.' },
  {
    code: /CERT|^UNABLE_TO_/,
    verdicts: UNKNOWN,
    advice:
      "The host's TLS certificate is not accepted: it has expired, is for another name, or this " +
      'machine does not trust its issuer. Set NODE_EXTRA_CA_CERTS to trust further issuers.',
  },
  {
    code: /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/,
    verdicts: UNKNOWN,
    advice: 'What listens there does not speak TLS, or only a version of it that is too old.',
  },
];

function diagnoseUnreachable({ message }: AuthleteApiError): Diagnosis {
  const [, code = ''] = /\((\w+)\)$/.exec(message) ?? [];
  const { verdicts, advice } = UNREACHABLE.find((entry) => entry.code.test(code)) ?? {
    verdicts: UNKNOWN,
    advice: 'There is no way to this host from here: look at the network and the firewall.',
  };
  return { ...verdicts, advice: `${advice} (${code})` };
}

/** An HTTP error with a `result`, as Authlete's have. */
function diagnoseStatus(
  { status, resultCode, resultMessage }: AuthleteApiError,
  credentials: string,
): Diagnosis {
  const said = `It said: HTTP status ${status}, ${resultMessage ?? resultCode}`;
  switch (status) {
    case 401:
      return {
        ...RIGHT_URL,
        credentials: 'wrong',
        advice: `The API does not accept the ${credentials}. ${said}`,
      };
    case 403:
      return {
        baseUrl: 'right',
        serviceId: 'wrong for this token',
        credentials: 'wrong for this service',
        advice: `The API is not open to this ${credentials} for this service: one of the two is of another service or organization. ${said}`,
      };
    case 404:
      return {
        ...UNKNOWN,
        advice: `There is no such service, the URL has a path that it should not have, or AUTHLETE_API_VERSION (V2 or V3) is not that of the server. ${said}`,
      };
    default:
      return {
        ...RIGHT_URL,
        advice: `The API is there and could not process the call. ${said}`,
      };
  }
}

/** An HTTP error without a `result`: from a gateway, or from something that is not Authlete. */
function diagnoseForeignStatus({ status = 0 }: AuthleteApiError): Diagnosis {
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
