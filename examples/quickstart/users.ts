import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const hash = promisify<string, Buffer, number, Buffer>(scrypt);

const HASH_BYTES = 32;

interface User {
  subject: string;
  salt: Buffer;
  passwordHash: Buffer;
}

/** A small user store. A real one is a database. */
export interface UserStore {
  add(username: string, password: string, subject: string): Promise<void>;
  /** The subject of the user with these credentials, or `null`. */
  authenticate(username: string, password: string): Promise<string | null>;
}

export function createUserStore(): UserStore {
  const users = new Map<string, User>();
  // Checked when there is no such user, so that the answer takes as long as for a wrong password.
  const nobody: User = {
    subject: '',
    salt: randomBytes(16),
    passwordHash: randomBytes(HASH_BYTES),
  };

  return {
    async add(username, password, subject) {
      const salt = randomBytes(16);
      users.set(username, { subject, salt, passwordHash: await hash(password, salt, HASH_BYTES) });
    },
    async authenticate(username, password) {
      const user = users.get(username) ?? nobody;
      const matches = timingSafeEqual(
        await hash(password, user.salt, HASH_BYTES),
        user.passwordHash,
      );
      return matches && user !== nobody ? user.subject : null;
    },
  };
}
