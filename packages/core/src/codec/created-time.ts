function two(n: number): string {
  return String(n).padStart(2, '0');
}

/**
 * `YYYY-MM-DD HH:MM:SS` in the writer's local time, without a zone: what the Python package writes as `created`.
 * For people; a program that needs a time across hosts takes `stat.ctime`.
 */
export function createdTime(date: Date): string {
  const second = Math.floor(date.getTime() / 1_000);
  const offset = date.getTimezoneOffset();
  if (last.second !== second || last.offset !== offset) last = { second, offset, text: localTime(date) };
  return last.text;
}

/** Thousands may be made within one second. */
let last = { second: Number.NaN, offset: 0, text: '' };

function localTime(date: Date): string {
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
