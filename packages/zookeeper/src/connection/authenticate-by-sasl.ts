import type { SaslExchange } from '../sasl/sasl-exchange.js';
import { operations } from '../wire/operations.js';
import { Call } from './call.js';
import type { Pipeline } from './pipeline.js';

/**
 * Runs an exchange to its end; nothing more is sent once `isOver`. Rejects with the error of the exchange, or with a `ZooKeeperError` if the
 * servers refuse a token.
 */
export async function authenticateBySasl(
  exchange: SaslExchange,
  pipeline: Pipeline,
  isOver: () => boolean,
): Promise<void> {
  let token = await exchange(null);
  while (token !== null && !isOver()) token = await exchange(await send(token, pipeline));
}

function send(token: Uint8Array, pipeline: Pipeline): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    pipeline.send(operations.sasl, { token }, new Call(operations.sasl, resolve, reject));
  });
}
