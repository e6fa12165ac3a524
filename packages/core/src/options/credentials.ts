import { inspect } from 'node:util';
import { InvalidArgumentError } from '../errors/argument-errors.js';
import { checkOptions, secret, string } from './check-options.js';

/**
 * A username and its password. The password is accessible through `reveal` only: not in a log, not as JSON, not in
 * `inspect`.
 */
export class Credentials {
  /** The username; not a secret. */
  readonly username: string;
  readonly #password: string;

  /** @throws {InvalidArgumentError} an empty name or password, or a name with a `:`, which ZooKeeper does not allow */
  constructor(username: string, password: string) {
    if (username === '' || username.includes(':')) {
      throw new InvalidArgumentError("option 'username' is empty or has a ':'; expected a name without one");
    }
    if (password === '') throw new InvalidArgumentError("option 'password' is empty");
    this.username = username;
    this.#password = password;
  }

  /** For the backend that authenticates, and for nothing else. */
  reveal(): { readonly username: string; readonly password: string } {
    return { username: this.username, password: this.#password };
  }

  /** Returns true if name and password are the same. */
  equals(other: Credentials): boolean {
    return this.username === other.username && this.#password === other.#password;
  }

  /** The name only. */
  toJSON(): object {
    return { username: this.username, password: '***' };
  }

  [inspect.custom](): string {
    return `Credentials { username: '${this.username}', password: '***' }`;
  }
}

/** The argument of `setCredentials`. */
export interface CredentialsInput {
  readonly username: string;
  readonly password: string;
}

/** @throws {InvalidArgumentError} the name or the password is missing or not valid */
export function credentialsFromInput(input: CredentialsInput): Credentials {
  checkOptions('setCredentials', input, { username: string, password: secret });
  const credentials = input && credentialsFrom(input.username, input.password);
  if (credentials !== undefined) return credentials;
  throw new InvalidArgumentError('setCredentials: expected { username, password }');
}

/** @throws {InvalidArgumentError} only one of the two is given */
export function credentialsFrom(username: string | undefined, password: string | undefined): Credentials | undefined {
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined) throw new InvalidArgumentError("option 'password' is given without 'username'");
  if (password === undefined) throw new InvalidArgumentError("option 'username' is given without 'password'");
  return new Credentials(username, password);
}
