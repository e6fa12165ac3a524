/** The bytes are not what the protocol allows. Whatever follows them cannot be trusted, so their connection has to end. */
export class MalformedFrameError extends Error {
  override readonly name = 'MalformedFrameError';
}
