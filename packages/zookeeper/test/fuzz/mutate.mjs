/** @import { Random } from './random.mjs' */

const lengthBytes = 4;

/** Numbers at which lengths, counts and error numbers go wrong. */
const oddNumbers = /** @type {const} */ ([
  -1, -2, -4, 0, 1, 2, 3, 5, 16, 255, 1024, 1025, 65_536, 0x0fff_ffff, 0x7fff_fffe, 0x7fff_ffff, -0x8000_0000, -100,
  -101, -112, -115, -122, -999,
]);

const oddTexts = /** @type {const} */ ([
  '',
  '.',
  '..',
  '/',
  '//',
  '/a/',
  'x/y',
  '__proto__',
  'a\0b',
  '\ufffd',
  '/svc/..',
]);

/** @type {readonly [(body: Buffer, random: Random) => Buffer, ...((body: Buffer, random: Random) => Buffer)[]]} */
const damages = [
  function setNumber(body, random) {
    if (body.length < 4) return body;
    // Fields begin at any byte after the first text.
    const at = random.below(2) === 0 ? 4 * random.below(Math.floor(body.length / 4)) : random.below(body.length - 3);
    return overwritten(body, at, (copy) => copy.writeInt32BE(random.pick(oddNumbers), at));
  },
  function flipBit(body, random) {
    if (body.length === 0) return body;
    const at = random.below(body.length);
    return overwritten(body, at, (copy) => copy.writeUInt8((body[at] ?? 0) ^ (1 << random.below(8)), at));
  },
  function cutEnd(body, random) {
    return body.subarray(0, random.below(body.length + 1));
  },
  function addEnd(body, random) {
    return Buffer.concat([body, noise(random)]);
  },
  function dropMiddle(body, random) {
    const at = random.below(body.length + 1);
    return Buffer.concat([body.subarray(0, at), body.subarray(at + random.below(9))]);
  },
  function addMiddle(body, random) {
    const at = random.below(body.length + 1);
    return Buffer.concat([body.subarray(0, at), noise(random), body.subarray(at)]);
  },
  function repeatMiddle(body, random) {
    const at = random.below(body.length + 1);
    return Buffer.concat([body.subarray(0, at), body.subarray(Math.max(0, at - random.below(40)))]);
  },
  function replaceText(body, random) {
    const texts = textsOf(body);
    const text = texts[random.below(texts.length)];
    if (text === undefined) return body;
    const other = Buffer.from(random.pick(oddTexts));
    const length = Buffer.alloc(4);
    length.writeInt32BE(random.below(8) === 0 ? -1 : other.length);
    const kept = random.below(8) === 0 ? Buffer.alloc(0) : other;
    return Buffer.concat([body.subarray(0, text.at), length, kept, body.subarray(text.at + 4 + text.length)]);
  },
];

/**
 * Damages what a server sends, in one place or a few. Half of the time the frame's length is put right afterwards, so that what is
 * inside of it is looked at.
 *
 * @param {Buffer} bytes one frame, with its length
 * @param {Random} random
 */
export function mutate(bytes, random) {
  let body = bytes.subarray(lengthBytes);
  for (let left = 1 + random.below(3); left > 0; left -= 1) body = random.pick(damages)(body, random);
  const length = Buffer.from(bytes.subarray(0, lengthBytes));
  const luck = random.below(10);
  if (luck < 7) length.writeInt32BE(body.length);
  else if (luck < 9) length.writeInt32BE(random.pick(oddNumbers));
  return Buffer.concat([length, body]);
}

/** @param {Buffer} body @param {number} at @param {(copy: Buffer) => void} write */
function overwritten(body, at, write) {
  const copy = Buffer.from(body);
  if (at < copy.length) write(copy);
  return copy;
}

/** @param {Random} random */
function noise(random) {
  return Buffer.from(Array.from({ length: 1 + random.below(12) }, () => random.below(256)));
}

/**
 * Where there may be a text with its length.
 * @param {Buffer} body
 */
function textsOf(body) {
  const found = [];
  for (let at = 0; at + 4 < body.length; at += 1) {
    const length = body.readInt32BE(at);
    if (length > 0 && length < 64 && at + 4 + length <= body.length) found.push({ at, length });
  }
  return found;
}
