import { createOptionsError } from '../authlete/option-checks.js';
import { checkArray, checkFields, checkText } from './fields.js';
import { sameSecret } from './secrets.js';

/** A resource owner that the command's token endpoint knows. */
interface User {
  username: string;
  password: string;
  /** Default: the username. */
  subject?: string | undefined;
}

const USER_FIELDS = Object.keys({
  username: true,
  password: true,
  subject: true,
} satisfies Record<keyof User, true>);

/** Returns the subject of the user with these credentials, or `null`. */
export type CheckUser = (username: string, password: string) => string | null;

/**
 * Checks a list of users and creates the function that authenticates them.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first field that cannot work
 */
export function createCheckUser(users: unknown): CheckUser {
  const byName = new Map<string, User>();
  checkArray('users', users).forEach((value, index) => {
    const user = checkEntry(value, `users[${index}]`);
    if (byName.has(user.username)) {
      throw createOptionsError(`users[${index}].username is that of another one`);
    }
    byName.set(user.username, user);
  });

  return (username, password) => {
    const user = byName.get(username);
    return user && sameSecret(user.password, password) ? (user.subject ?? username) : null;
  };
}

function checkEntry(value: unknown, where: string): User {
  checkFields(where, value, USER_FIELDS);
  const { username, password, subject } = value as User;
  checkText(`${where}.username`, username);
  checkText(`${where}.password`, password);
  if (subject !== undefined) checkText(`${where}.subject`, subject);
  return { username, password, subject };
}
