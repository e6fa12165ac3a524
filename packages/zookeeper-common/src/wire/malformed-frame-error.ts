/** The bytes violate the protocol. The bytes that follow cannot be trusted, so the connection must be closed. */
export class MalformedFrameError extends Error {
  override readonly name = 'MalformedFrameError';
}
