import { AuthleteApiError } from 'express-authlete-token-fail';
import { diagnoseError } from '../../lib/emulator/diagnosis';

describe('diagnoseError', () => {
  it.each([
    ['ENOTFOUND', 'wrong', 'No host has this name.'],
    ['EAI_AGAIN', 'not known yet', "The host's name could not be looked up: DNS does not answer."],
    ['CERT_HAS_EXPIRED', 'not known yet', "The host's TLS certificate is not accepted"],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'not known yet', "The host's TLS certificate is not accepted"],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'not known yet', "The host's TLS certificate is not acc"],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'not known yet', "The host's TLS certificate is not accepted"],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'not known yet', 'What listens there does not speak TLS'],
    ['EHOSTUNREACH', 'not known yet', 'There is no way to this host from here'],
  ])('says what %s means', (code, baseUrl, advice) => {
    const message = `Authlete cannot be reached (${code})`;
    const diagnosis = diagnoseError(new AuthleteApiError('ERR_ATF_UNREACHABLE', message), 'token');
    expect(diagnosis).toMatchObject({ baseUrl, serviceId: 'not known yet' });
    expect(diagnosis.advice.slice(0, advice.length)).toBe(advice);
    expect(diagnosis.advice).toMatch(new RegExp(`\\(${code}\\)$`));
  });
});
