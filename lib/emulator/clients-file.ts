import { createClientRegistry, type EmulatorClient } from './clients.js';
import { checkFields } from './fields.js';
import { readJsonFile } from './json-file.js';
import { type CheckUser, createCheckUser } from './users.js';

/** The content of a file of clients. */
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
      : checkObject(content);
    if (clients !== undefined) createClientRegistry(clients);
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

function checkObject(content: unknown): { clients?: unknown; users?: unknown } {
  checkFields('the file', content, ['clients', 'users']);
  return content as object;
}
