import type { ServerResponse } from 'node:http';

/** What a server written by hand reads of a reply. */
export interface Reply {
  action?: string | undefined;
  responseContent?: string | undefined;
}

/** Answers as `action` says. */
export function answer(res: ServerResponse, { action, responseContent = '' }: Reply): void {
  switch (action) {
    case 'OK':
      send(res, 200, responseContent);
      break;
    case 'BAD_REQUEST':
      send(res, 400, responseContent);
      break;
    case 'INTERNAL_SERVER_ERROR':
      send(res, 500, responseContent);
      break;
    default:
      send(res, 500, '{"error":"server_error"}');
  }
}

function send(res: ServerResponse, status: number, content: string): void {
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    'Content-Length': Buffer.byteLength(content),
  });
  res.end(content);
}
