import { createAuthenticate, type EmulatorClient } from './clients.js';
import { checkFields } from './fields.js';
import { readJsonFile } from './json-file.js';
import { type CheckUser, createCheckUser } from './users.js';

/** What a file of clients has in it. */
export interface ClientsFile {
  readonly clients: readonly EmulatorClient[] | undefined;
  readonly checkUser: CheckUser | undefined;
}

/**
 * Reads a JSON file with an array of clients, or with an object of `clients` and `users`.
 *
 * @throws Error that names the file and what is wrong in it; values are not shown
 */
export function readClientsFile(file: string): ClientsFile {
  try {
    const content = readJsonFile(file);
    const { clients, users } = Array.isArray(content)
      ? { clients: content as unknown, users: undefined }
      : checkedFile(content);
    if (clients !== undefined) createAuthenticate(clients);
    return {
      clients: clients as ClientsFile['clients'],
      checkUser: users === undefined ? undefined : createCheckUser(users),
    };
  } catch (error) {
    throw new Error(`--clients ${JSON.stringify(file)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function checkedFile(content: unknown): { clients?: unknown; users?: unknown } {
  checkFields('the file', content, ['clients', 'users']);
  return content as object;
}
