import { createAxios } from './axios.js';
import { endpointByHand, type TokenReply } from './endpoint.js';
import type { Reply } from './answer.js';
import type { Variant } from './variant.js';

export const createApp: Variant['createApp'] = (settings) => {
  const authlete = createAxios(settings);
  const reason = 'INVALID_RESOURCE_OWNER_CREDENTIALS';
  return endpointByHand(settings, {
    token: async (parameters) => (await authlete.post<TokenReply>('/token', { parameters })).data,
    issue: async (ticket, subject) =>
      (await authlete.post<Reply>('/token/issue', { ticket, subject })).data,
    fail: async (ticket) => (await authlete.post<Reply>('/token/fail', { ticket, reason })).data,
  });
};
