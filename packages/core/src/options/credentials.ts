import { inspect } from 'node:util';
import { InvalidArgumentError } from '../errors/argument-errors.js';
import { checkOptions, secret, string } from './check-options.js';

/** A username and its password. The password comes out by `reveal` alone: not in a log, not as JSON, not in `inspect`. */
export class Credentials {
  /** Who it is; no secret. */
  readonly username: string;
  readonly #password: string;

  /** @throws {InvalidArgumentError} an empty name or password, or a `:` in the name, which ZooKeeper cannot take */
  constructor(username: string, password: string) {
    if (username === '' || username.includes(':')) {
      throw new InvalidArgumentError("option 'username' is empty or has a ':'; expected a name without one");
    }
    if (password === '') throw new InvalidArgumentError("option 'password' is empty");
    this.username = username;
    this.#password = password;
  }

  /** For the backend that authenticates, and for nobody else. */
  reveal(): { readonly username: string; readonly password: string } {
    return { username: this.username, password: this.#password };
  }

  /** Whether both say the same. */
  equals(other: Credentials): boolean {
    return this.username === other.username && this.#password === other.#password;
  }

  /** The name alone. */
  toJSON(): object {
    return { username: this.username, password: '***' };
  }

  [inspect.custom](): string {
    return `Credentials { username: '${this.username}', password: '***' }`;
  }
}

/** What `setCredentials` takes. */
export interface CredentialsInput {
  readonly username: string;
  readonly password: string;
}

/** @throws {InvalidArgumentError} not both of them, or one that does not do */
export function credentialsFromInput(input: CredentialsInput): Credentials {
  checkOptions('setCredentials', input, { username: string, password: secret });
  const credentials = input && credentialsFrom(input.username, input.password);
  if (credentials !== undefined) return credentials;
  throw new InvalidArgumentError('setCredentials: expected { username, password }');
}

/** @throws {InvalidArgumentError} one without the other */
export function credentialsFrom(username: string | undefined, password: string | undefined): Credentials | undefined {
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined) throw new InvalidArgumentError("option 'password' is given without 'username'");
  if (password === undefined) throw new InvalidArgumentError("option 'username' is given without 'password'");
  return new Credentials(username, password);
}
