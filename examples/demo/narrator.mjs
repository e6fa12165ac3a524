import { stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const startedAt = performance.now();
// Node's own decision: no colours for a pipe, for a dumb terminal, or with NO_COLOR.
const inColor = stdout.isTTY && stdout.hasColors();
const bold = style(1);
const dim = style(2);
const cyan = style(36);
/** @type {Record<string, (text: string) => string>} */
const changeStyles = { '+': style(32), '-': style(31), '~': style(33) };
let steps = 0;

/**
 * @param {number} code
 * @returns {(text: string) => string}
 */
function style(code) {
  return (text) => (inColor ? `\u001b[${code}m${text}\u001b[0m` : text);
}

/** @param {string} text */
export function headline(text) {
  console.log(`\n${bold(text)}`);
}

/**
 * The next step: what happens, and why.
 *
 * @param {string} title
 * @param {string} explanation
 */
export async function step(title, explanation) {
  await breathe();
  steps += 1;
  console.log(`\n${bold(`${steps}. ${title}`)}\n${dim(`   ${explanation}`)}`);
}

/**
 * An action or an observation, with the seconds since the start.
 *
 * @param {string} who
 * @param {string} what
 */
export function line(who, what) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(3);
  const painted = changeStyles[what.charAt(0)]?.(what) ?? what;
  console.log(`   ${dim(seconds.padStart(7))}  ${cyan(who.padEnd(8))} ${painted}`);
}

/** @param {string} text */
export async function closing(text) {
  await breathe();
  console.log(`\n${bold(text)}\n`);
}

/** A pause to read, on a terminal. */
async function breathe() {
  if (stdout.isTTY) await sleep(1_200);
}
