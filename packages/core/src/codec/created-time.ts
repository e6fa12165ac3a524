function two(n: number): string {
  return String(n).padStart(2, '0');
}

/**
 * Formats `date` as `YYYY-MM-DD HH:MM:SS` in local time, without a zone, as the Python package writes `created`.
 * For people. A program that compares times across hosts uses `stat.ctime`.
 */
export function createdTime(date: Date): string {
  const second = Math.floor(date.getTime() / 1_000);
  const offset = date.getTimezoneOffset();
  if (last.second !== second || last.offset !== offset) last = { second, offset, text: localTime(date) };
  return last.text;
}

/** The last result: thousands may be requested within one second. */
let last = { second: Number.NaN, offset: 0, text: '' };

function localTime(date: Date): string {
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
