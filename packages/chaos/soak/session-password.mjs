import { connect } from 'node:net';

/** @import { Address } from '@ndsr/zookeeper-testing' */

const mostAttempts = 20;
const attemptMs = 2_000;

/**
 * The password that a ZooKeeper server gives a session: it is made from the session's id with `java.util.Random`
 * (ZooKeeperServer.generatePasswd), so that any server can check it without having been told.
 *
 * @param {bigint} sessionId
 */
export function passwordOf(sessionId) {
  const password = Buffer.alloc(16);
  const mask = (1n << 48n) - 1n;
  let state = (BigInt.asUintN(64, sessionId ^ 0xb3415c00n) ^ 0x5deece66dn) & mask;
  for (let offset = 0; offset < password.length; offset += 4) {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    password.writeInt32LE(Number(BigInt.asIntN(32, state >> 16n)), offset);
  }
  return password;
}

/**
 * Ends a session as a stranger: joins it and closes it, again and again until the server knows it no more, for its client
 * takes it back.
 *
 * @param {Address} server
 * @param {bigint} sessionId
 * @throws {Error} when its client was faster each time, or there was no answer
 */
export async function endSession(server, sessionId) {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    if (await joinAndClose(server, sessionId)) return;
  }
  throw new Error(`session ${sessionId} could not be ended`);
}

/**
 * Whether the session is no more.
 *
 * @param {Address} server
 * @param {bigint} sessionId
 */
async function joinAndClose({ host, port }, sessionId) {
  const socket = connect({ host, port, noDelay: true, signal: AbortSignal.timeout(attemptMs) });
  let answer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    answer = Buffer.concat([answer, chunk]);
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.write(Buffer.concat([joining(sessionId), closing()]));
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  if (answer.length < 20) return false;
  // The greeting names the session that was joined, 0 for none; then comes the answer to the close.
  return answer.readBigInt64BE(12) === 0n || answer.length > 4 + answer.readInt32BE(0);
}

/** @param {bigint} sessionId */
function joining(sessionId) {
  const password = passwordOf(sessionId);
  const body = Buffer.alloc(28 + password.length);
  body.writeInt32BE(4_000, 12);
  body.writeBigInt64BE(sessionId, 16);
  body.writeInt32BE(password.length, 24);
  password.copy(body, 28);
  return frame(body);
}

function closing() {
  const body = Buffer.alloc(8);
  body.writeInt32BE(-11, 4);
  return frame(body);
}

/** @param {Buffer} body */
function frame(body) {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
