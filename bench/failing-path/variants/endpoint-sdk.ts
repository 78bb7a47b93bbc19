import { Authlete } from '@authlete/typescript-sdk';
import { endpointByHand } from './endpoint.js';
import type { Variant } from './variant.js';

export const createApp: Variant['createApp'] = (settings) => {
  const { baseUrl, serviceId, accessToken } = settings;
  const { token } = new Authlete({ serverURL: baseUrl, bearer: accessToken });
  const reason = 'INVALID_RESOURCE_OWNER_CREDENTIALS';
  return endpointByHand(settings, {
    token: (parameters) => token.process({ serviceId, tokenRequest: { parameters } }),
    issue: (ticket, subject) => token.issue({ serviceId, tokenIssueRequest: { ticket, subject } }),
    fail: (ticket) => token.fail({ serviceId, tokenFailRequest: { ticket, reason } }),
  });
};
