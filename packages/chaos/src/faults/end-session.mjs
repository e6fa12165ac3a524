import { connect } from 'node:net';

/** @import { Address } from '@ndsr/zookeeper-testing' */

const mostAttempts = 20;
const attemptMs = 2_000;

/**
 * The password of a ZooKeeper session. The server derives it from the session id with `java.util.Random`
 * (ZooKeeperServer.generatePasswd), so every server of the ensemble can verify it.
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
 * Ends a session as another client: reattaches to it and closes it. Repeats until the server no longer has the session, because
 * its own client may reattach in between.
 *
 * @param {Address} server
 * @param {bigint} sessionId
 * @throws {Error} when its own client was faster every time, or the server did not answer
 */
export async function endSession(server, sessionId) {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    if (await joinAndClose(server, sessionId)) return;
  }
  throw new Error(`session ${sessionId} could not be ended`);
}

/**
 * Resolves to true when the session no longer exists.
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
  socket.write(Buffer.concat([connectRequest(sessionId), closeRequest()]));
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  if (answer.length < 20) return false;
  // The connect response has the id of the session, 0 for none; the response to the close follows.
  return answer.readBigInt64BE(12) === 0n || answer.length > 4 + answer.readInt32BE(0);
}

/** @param {bigint} sessionId */
function connectRequest(sessionId) {
  const password = passwordOf(sessionId);
  const body = Buffer.alloc(28 + password.length);
  body.writeInt32BE(4_000, 12);
  body.writeBigInt64BE(sessionId, 16);
  body.writeInt32BE(password.length, 24);
  password.copy(body, 28);
  return frame(body);
}

function closeRequest() {
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
