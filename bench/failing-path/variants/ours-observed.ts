import express from 'express';
import { observe } from './observe.js';
import type { Variant } from './variant.js';
import { withTokenFail } from './with-token-fail.js';

export const createApp: Variant['createApp'] = ({ baseUrl, serviceId, accessToken, observer }) =>
  withTokenFail(express(), {
    ...{ baseUrl, serviceId, accessToken },
    ...(observer && observe(observer)),
  });
