import { stdout } from 'node:process';

const startedAt = performance.now();
// Knows NO_COLOR, FORCE_COLOR, dumb terminals and pipes.
const inColor = stdout.isTTY && stdout.hasColors();

/**
 * @param {number} code
 * @returns {(text: string) => string}
 */
function style(code) {
  return (text) => (inColor ? `\u001b[${code}m${text}\u001b[0m` : text);
}

const bold = style(1);
const dim = style(2);
const red = style(31);
const green = style(32);
const yellow = style(33);
const cyan = style(36);

/** @type {Record<string, (text: string) => string>} */
const signColor = { '+': green, '-': red, '~': yellow };

let steps = 0;

/** @param {string} text */
export function headline(text) {
  console.log(`\n  ${bold(text)}\n  ${dim('─'.repeat(76))}`);
}

/**
 * The next step: what happens, and why that is so.
 *
 * @param {string} title
 * @param {string} explanation
 */
export function step(title, explanation) {
  steps += 1;
  console.log(`\n  ${bold(`${steps}  ${title}`)}\n     ${dim(explanation)}\n`);
}

/**
 * What somebody does or sees, with the time since the start.
 *
 * @param {string} who
 * @param {string} text
 */
export function line(who, text) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(3).padStart(8);
  const sign = text.slice(0, 1);
  const colored = signColor[sign]?.(text) ?? text;
  console.log(`${dim(`${seconds} s`)}  ${cyan(who.padEnd(8))} ${colored}`);
}

/** @param {string} text */
export function closing(text) {
  console.log(`\n  ${bold(text)}\n`);
}

/** Time to read, where somebody does. */
export async function breathe() {
  if (stdout.isTTY) await new Promise((resolve) => setTimeout(resolve, 900));
}
