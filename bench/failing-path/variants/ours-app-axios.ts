import { Agent } from 'node:http';
import axios from 'axios';
import express from 'express';
import type { Variant } from './variant.js';
import { withTokenFail } from './with-token-fail.js';

export const createApp: Variant['createApp'] = (settings) => {
  const httpAgent = new Agent({ keepAlive: true });
  const instance = axios.create({ adapter: 'http', httpAgent });
  return withTokenFail(express(), { ...settings, axios: instance });
};
