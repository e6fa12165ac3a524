function two(n: number): string {
  return String(n).padStart(2, '0');
}

/**
 * `YYYY-MM-DD HH:MM:SS` in the writer's local time, without a zone: what the Python package writes as `created`.
 * For people; a program that needs a time across hosts takes `stat.ctime`.
 */
export function createdTime(date: Date): string {
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
