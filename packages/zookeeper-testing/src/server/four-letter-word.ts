import { connect } from 'node:net';
import { type Address, formatHostPort } from '../port/address.js';

/** Commands that every ZooKeeper server answers on its client port; see "The Four Letter Words" in ZooKeeper's administrator's guide. */
export type FourLetterWord =
  | 'conf'
  | 'cons'
  | 'crst'
  | 'dirs'
  | 'dump'
  | 'envi'
  | 'gtmk'
  | 'hash'
  | 'isro'
  | 'mntr'
  | 'ruok'
  | 'srst'
  | 'srvr'
  | 'stat'
  | 'stmk'
  | 'wchc'
  | 'wchp'
  | 'wchs';

/**
 * Sends one four letter word to a server and returns its answer.
 *
 * @throws {Error} the server cannot be reached, disconnects, does not answer, or has not finished after `timeoutMs`
 */
export async function fourLetterWord(address: Address, word: FourLetterWord, timeoutMs: number): Promise<string> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const socket = connect({ host: address.host, port: address.port, signal: deadline });
  try {
    // Neither a line end nor a half-close may follow: the server treats the first as a broken request and the second as
    // a hang-up.
    socket.write(word);
    const answer = (await socket.setEncoding('utf8').toArray()).join('');
    if (answer === '') throw new Error('closed without an answer');
    return answer;
  } catch (cause) {
    const reason = deadline.aborted ? `no answer within ${timeoutMs} ms` : String(cause);
    throw new Error(`ZooKeeper ${formatHostPort(address)}, ${word}: ${reason}`, { cause });
  } finally {
    socket.destroy();
  }
}
