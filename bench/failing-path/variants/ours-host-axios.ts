import { Agent } from 'node:http';
import axios from 'axios';
import express from 'express';
import type { Variant } from './variant.js';
import { withTokenFail } from './with-token-fail.js';

export const createApp: Variant['createApp'] = (settings) => {
  const hostAxios = axios.create({ httpAgent: new Agent({ keepAlive: true }) });
  return withTokenFail(express(), { ...settings, axios: hostAxios });
};
