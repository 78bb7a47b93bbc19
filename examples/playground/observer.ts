import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { InternalAxiosRequestConfig } from 'axios';
import type { RequestHandler } from 'express';
import {
  type AuthleteApiError,
  type CallOptions,
  type DiagnosticsEvents,
  type EndpointClient,
  type TokenFailReason,
  type TokenOutcome,
  TokenRequestError,
} from 'express-authlete-token-fail';
import type { EmulatorApi } from 'express-authlete-token-fail/emulator';
import type { UserStore } from '../quickstart/users.js';
import type { Observation, ObservedCall } from './observation.js';

/** Observes what a token endpoint does for the token requests that it is told to follow. */
export interface Observer {
  /** Follows the token request that `send` makes; the request must carry the observation's ID. */
  observe<T>(reason: TokenFailReason, send: (observation: Observation) => Promise<T>): Promise<T>;
  /** Recognises a followed token request. */
  readonly recognise: RequestHandler;
  /** Gives an API call the ID of the token request that it is made for. */
  readonly nameCall: (config: InternalAxiosRequestConfig) => InternalAxiosRequestConfig;
  /** A client whose calls are observed. */
  watchClient(client: EndpointClient): EndpointClient;
  /** Users whose checks are observed, and fail as the observation says. */
  watchUsers(users: UserStore): UserStore;
  /** Stops listening for outcomes. */
  close(): void;
}

/** What the package publishes for each token request: the object that `onOutcome` gets. */
const OUTCOMES: keyof DiagnosticsEvents = 'express-authlete-token-fail:outcome';

/** Creates an observer. It follows nothing yet. */
export function createObserver(): Observer {
  const followed = new Map<string, Observation>();
  // Whatever runs on behalf of a followed token request finds its observation here.
  const current = new AsyncLocalStorage<Observation>();

  function keepOutcome(outcome: unknown): void {
    const observation = current.getStore();
    if (observation) observation.outcome = outcome as TokenOutcome;
  }
  subscribe(OUTCOMES, keepOutcome);

  function watchCall<Q, R extends object>(
    api: EmulatorApi,
    call: (request: Q, options?: CallOptions) => Promise<R>,
  ): (request: Q, options?: CallOptions) => Promise<R> {
    return async (request, options) => {
      const observation = current.getStore();
      const event: ObservedCall = { kind: 'call', time: Date.now(), api, duration: 0 };
      observation?.events.push(event);
      try {
        const reply = await call(request, options);
        if (observation && 'ticket' in reply) observation.ticket = String(reply.ticket);
        if ('resultMessage' in reply) event.message = String(reply.resultMessage);
        return reply;
      } catch (error) {
        const { code, message, resultMessage } = error as AuthleteApiError;
        event.error = { code, message };
        if (resultMessage !== undefined) event.message = resultMessage;
        throw error;
      } finally {
        event.duration = Date.now() - event.time;
      }
    };
  }

  return {
    async observe(reason, send) {
      const observation: Observation = { id: randomUUID(), reason, events: [] };
      followed.set(observation.id, observation);
      try {
        return await send(observation);
      } finally {
        followed.delete(observation.id);
      }
    },
    recognise(req, _res, next) {
      const observation = followed.get(req.get('X-Request-Id') ?? '');
      if (!observation) {
        next();
        return;
      }
      const { method, originalUrl: path } = req;
      const type = req.get('Content-Type') ?? '';
      observation.request = { kind: 'request', time: Date.now(), method, path, type };
      current.run(observation, next);
    },
    nameCall(config) {
      const observation = current.getStore();
      if (observation) config.headers.set('X-Request-Id', observation.id);
      return config;
    },
    watchClient: ({ token, tokenIssue, tokenFail }) => ({
      token: watchCall('/auth/token', token),
      tokenIssue: watchCall('/auth/token/issue', tokenIssue),
      tokenFail: watchCall('/auth/token/fail', tokenFail),
    }),
    watchUsers: (users) => ({
      add: (...user) => users.add(...user),
      async authenticate(username, password) {
        const time = Date.now();
        const subject = await users.authenticate(username, password);
        const observation = current.getStore();
        if (!observation) return subject;
        const { events, reason, ticket } = observation;
        const duration = Date.now() - time;
        if (subject !== null) {
          events.push({ kind: 'check', time, duration, username, subject });
          return subject;
        }
        events.push({ kind: 'check', time, duration, username, subject, reason });
        // What `null` stands for needs no error.
        if (ticket && reason !== 'INVALID_RESOURCE_OWNER_CREDENTIALS') {
          throw new TokenRequestError(ticket, reason);
        }
        return subject;
      },
    }),
    close: () => unsubscribe(OUTCOMES, keepOutcome),
  };
}
