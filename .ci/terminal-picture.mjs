// Draws the output of a command, with its colours, as an SVG that GitHub shows.

const width = 8.4;
const height = 19;
const margin = 16;

/** An escape sequence: `ESC [ codes letter`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one.
const escapes = /(\u001b\[[\d;]*[A-Za-z])/;

/** SGR codes and the colours that they select. @type {Record<string, string>} */
const colours = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#79c0ff', 90: '#8b949e' };

/**
 * A terminal that shows a command and its output. Of an output that clears the screen, the last screen is shown.
 *
 * @param {string} command
 * @param {string} output with escape sequences
 */
export function terminalPicture(command, output) {
  const screen = output.replaceAll('\r', '').split('\u001b[2J').at(-1) ?? '';
  const lines = [`\u001b[1m$ ${command}\u001b[0m`, ...screen.replace(/\n+$/, '').split('\n')];
  const columns = Math.max(
    ...lines.map(
      (line) =>
        line
          .split(escapes)
          .filter((part) => !part.startsWith('\u001b'))
          .join('').length,
    ),
  );
  const [w, h] = [Math.ceil(columns * width + 2 * margin), lines.length * height + 2 * margin];
  const text = lines.map((line, index) => {
    const y = margin + (index + 0.75) * height;
    return `<text x="${margin}" y="${y}" xml:space="preserve">${spans(line)}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">
<title>${span(`The output of ${command}`, new Set())}</title>
<rect width="${w}" height="${h}" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${text.join('')}</g>
</svg>
`;
}

/** @param {string} line */
function spans(line) {
  /** @type {Set<string>} */
  const styles = new Set();
  return line
    .split(escapes)
    .map((part) => {
      if (!part.startsWith('\u001b')) return span(part, styles);
      if (part.endsWith('m')) for (const code of part.slice(2, -1).split(';')) apply(code, styles);
      return '';
    })
    .join('');
}

/**
 * @param {string} code
 * @param {Set<string>} styles
 */
function apply(code, styles) {
  /** @param {(isColour: boolean) => boolean} isOver */
  const end = (isOver) => {
    for (const style of [...styles]) if (isOver(style.startsWith('fill'))) styles.delete(style);
  };
  if (code === '' || code === '0') end(() => true);
  else if (code === '1') styles.add('font-weight="bold"');
  else if (code === '2') styles.add('opacity="0.6"');
  else if (code === '22') end((isColour) => !isColour);
  else end((isColour) => isColour);
  if (Object.hasOwn(colours, code)) styles.add(`fill="${colours[code]}"`);
}

/**
 * @param {string} text
 * @param {ReadonlySet<string>} styles
 */
function span(text, styles) {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return styles.size === 0 || text === '' ? escaped : `<tspan ${[...styles].join(' ')}>${escaped}</tspan>`;
}
