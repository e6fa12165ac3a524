/**
 * One exchange, on one connection. Called with null first, then with each token of the server; resolves to the next token to send, or to null
 * once the exchange is complete.
 */
export type SaslExchange = (challenge: Uint8Array | null) => Promise<Uint8Array | null>;
