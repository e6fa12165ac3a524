// `superSecret` of ZooKeeperServer.java.
const SECRET = 0xb341_5c00n;
const PASSWORD_BYTES = 16;

// java.util.Random, as its documentation specifies it.
const MULTIPLIER = 0x5_deec_e66dn;
const INCREMENT = 0xbn;
const MASK = (1n << 48n) - 1n;

/**
 * Returns the password of a session: servers derive it from the session's id alone, so that each member of an ensemble
 * knows it.
 */
export function sessionPassword(sessionId: bigint): Buffer {
  const password = Buffer.alloc(PASSWORD_BYTES);
  let seed = (sessionId ^ SECRET ^ MULTIPLIER) & MASK;
  for (let offset = 0; offset < PASSWORD_BYTES; offset += 4) {
    seed = (seed * MULTIPLIER + INCREMENT) & MASK;
    password.writeInt32LE(Number(BigInt.asIntN(32, seed >> 16n)), offset);
  }
  return password;
}
