import express from 'express';
import type { Variant } from './variant.js';
import { withTokenFail } from './with-token-fail.js';

export const createApp: Variant['createApp'] = (settings) => withTokenFail(express(), settings);
