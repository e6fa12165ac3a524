import { formatNumber } from './format.mjs';
import { subjects } from './subjects.mjs';

/** @import { Growth, Line } from './growth.mjs' */

const [width, height] = [720, 380];
const area = { left: 70, right: 480, top: 40, bottom: 330 };
const colours = ['#777777', '#0b62c4', '#0a8f4f', '#7db4ee', '#86cfa6', '#d9822b'];

/**
 * Cost against size, both logarithmic, so that a line's slope is its exponent.
 *
 * @param {Growth} growth
 * @returns {string} SVG
 */
export function plot({ work, figure, lines }) {
  const points = lines.flatMap(({ points: own }) => own);
  const x = scale(
    points.map(([size]) => size),
    area.left,
    area.right,
  );
  const y = scale(
    points.map(([, cost]) => cost),
    area.bottom,
    area.top,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(`${work}: ${figure}`)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(area.left, 24, `${work}: ${figure}`, 'font-weight="bold"'),
    ...x.ticks.flatMap((size) => [
      rule(x.at(size), area.top, x.at(size), area.bottom),
      text(x.at(size), area.bottom + 18, formatNumber(size), 'text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((cost) => [
      rule(area.left, y.at(cost), area.right, y.at(cost)),
      text(area.left - 8, y.at(cost) + 4, formatNumber(cost), 'text-anchor="end"'),
    ]),
    ...lines.flatMap((line, index) => drawLine(line, index, x, y)),
    '</svg>',
    '',
  ].join('\n');
}

/** @typedef {{ at(value: number): number, ticks: number[] }} Scale */

/**
 * From the power of ten below the smallest to the one above the largest.
 *
 * @param {readonly number[]} values
 * @param {number} from
 * @param {number} to
 * @returns {Scale}
 */
function scale(values, from, to) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    at: (value) => round(from + ((Math.log10(value) - low) / (high - low)) * (to - from)),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

/**
 * @param {Line} line
 * @param {number} index its place in the legend
 * @param {Scale} x
 * @param {Scale} y
 */
function drawLine({ subject, points, exponent }, index, x, y) {
  const colour = colours[subjects.findIndex(({ name }) => name === subject)] ?? '#000000';
  const places = points.map(([size, cost]) => `${x.at(size)},${y.at(cost)}`);
  const row = area.top + 14 + index * 22;
  return [
    `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    `<rect x="${area.right + 16}" y="${row - 9}" width="10" height="10" fill="${colour}"/>`,
    text(area.right + 32, row, `${subject}: size^${exponent.toFixed(2)}`),
  ];
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {string} [style]
 */
function text(x, y, words, style = '') {
  return `<text x="${x}" y="${y}"${style === '' ? '' : ` ${style}`}>${escapeXml(words)}</text>`;
}

/** @param {string} words */
function escapeXml(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');
}

/**
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
function rule(x1, y1, x2, y2) {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#dddddd"/>`;
}

/** @param {number} value */
function round(value) {
  return Number(value.toFixed(1));
}
