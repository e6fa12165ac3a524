import { InvalidArgumentError, kindOf } from '@ndsr/core/backend';
import type { ServerAddress } from '@ndsr/zookeeper-common';
import type { SaslExchange } from './sasl-exchange.js';

/** Authenticates with a username and a password, which is never sent. */
export interface DigestMd5Options {
  /** The mechanism of RFC 2831, as the servers implement it. */
  readonly mechanism: 'DIGEST-MD5';
  /** The name that the servers know the client by. */
  readonly username: string;
  /** Never sent, and never part of an error or a log line. */
  readonly password: string;
}

/** Authenticates by any other mechanism, such as `GSSAPI`. */
export interface SaslHook {
  /** The name of the mechanism, for messages. The servers know it from their own configuration. */
  readonly mechanism: string;
  /**
   * Returns the next token to send; null once the exchange is complete. Called with null at the start of each connection, then with each
   * answer of the server. If it throws or rejects, the connection ends.
   */
  step(challenge: Uint8Array | null, server: ServerAddress): Uint8Array | null | Promise<Uint8Array | null>;
}

/** How the client authenticates to the servers by SASL. */
export type SaslOptions = DigestMd5Options | SaslHook;

/** Begins an exchange with a server. */
export type BeginSasl = (server: ServerAddress) => SaslExchange;

/**
 * Checks the option `sasl`. `label` names the class in messages.
 *
 * @returns undefined if there is none
 * @throws {InvalidArgumentError} without any secret in its message
 */
export function beginSaslOf(label: string, options: unknown): BeginSasl | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== 'object' || options === null || !('mechanism' in options)) {
    throw new InvalidArgumentError(`${label}: option 'sasl' is ${kindOf(options)}; expected { mechanism, … }`);
  }
  if ('step' in options) return hookOf(label, options as SaslHook);
  return digestMd5Of(label, options as DigestMd5Options);
}

function hookOf(label: string, { mechanism, step }: SaslHook): BeginSasl {
  if (typeof mechanism !== 'string' || typeof step !== 'function') {
    throw new InvalidArgumentError(`${label}: option 'sasl' expects { mechanism: string, step: function }`);
  }
  return (server) => async (challenge) => step(challenge, server);
}

function digestMd5Of(label: string, { mechanism, username, password }: DigestMd5Options): BeginSasl {
  if (mechanism !== 'DIGEST-MD5') {
    throw new InvalidArgumentError(`${label}: option 'sasl' needs { step } for any mechanism but DIGEST-MD5`);
  }
  if (typeof username !== 'string' || typeof password !== 'string' || username === '' || password === '') {
    throw new InvalidArgumentError(`${label}: option 'sasl' expects { mechanism: 'DIGEST-MD5', username, password }`);
  }
  return () => {
    let exchange: SaslExchange | undefined;
    return async (challenge) => {
      // Node's crypto is loaded only where it is used.
      exchange ??= (await import('./digest-md5.js')).digestMd5({ username, password });
      return exchange(challenge);
    };
  };
}
