/** The package's version. A test compares it with package.json, which is not where a build finds it. */
export const VERSION = '0.1.0';

/** What `authlete-emulator --help` prints. */
export const USAGE = `Usage: authlete-emulator [options]
       authlete-emulator doctor

Emulates Authlete's /auth/token, /auth/token/issue and /auth/token/fail on 127.0.0.1.
It is not Authlete, and it is not for production.

doctor says whether the environment variables of createAuthleteClient are right:
see authlete-emulator doctor --help.

Options:
  --port <number>    port to listen on (default: any free port)
  --service <id>     service ID (default: 1000000001); repeat it for several services,
                     which have the same clients
  --token <token>    bearer token (default: a fixed one, which is not secret)
  --api-version <v>  3, or 2 for Authlete 2.3: paths without a service ID, and an
                     API key and API secret (default: 3)
  --api-key <key>    the service's API key, with --api-version 2 (default: 2000000001)
  --api-secret <secret>
                     the service's API secret, with --api-version 2
                     (default: a fixed one, which is not secret)
  --clients <file>   JSON file with an array of clients, or with an object
                     { "clients"?: [...], "users"?: [...] }
                     client: { "clientId": "<digits>", "clientIdAlias"?, "clientSecret"? }
                     user:   { "username", "password", "subject"? }
                     (default: one public client, 26478243745571, and no users)
                     With users, there is also a whole token endpoint at /token,
                     for the first service.
  --write-env <file> also write the environment variables to this file, for
                     node --env-file; no other file is overwritten
  --log              write a line to standard error for each call; secrets are masked
  --allow-in-production
                     run even though NODE_ENV is production (with random defaults for
                     what is secret)
  -v, --version      show the version
  -h, --help         show this text

To rehearse an outage:
  --fail-with <status>
                     refuse calls with this HTTP status, 400 to 599
  --delay <time>     answer late by this time, such as 200ms or 2s
  --stall            accept calls and never answer them
  --fault-api <api>  only calls of this API, such as /auth/token/fail (default: all three)
`;
