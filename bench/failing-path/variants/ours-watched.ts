import express from 'express';
import { createAuthleteClient } from 'express-authlete-token-fail';
import type { Variant } from './variant.js';
import { withTokenFail } from './with-token-fail.js';

let pending = 0;
let peak = 0;

export const createApp: Variant['createApp'] = (settings) => {
  const client = createAuthleteClient(settings);
  const tokenFail: typeof client.tokenFail = async (...call) => {
    peak = Math.max(peak, ++pending);
    try {
      return await client.tokenFail(...call);
    } finally {
      pending--;
    }
  };
  return withTokenFail(express(), { client: { ...client, tokenFail } });
};

export function takePeak(): number {
  const taken = peak;
  peak = pending;
  return taken;
}
