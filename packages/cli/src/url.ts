/** A URL as it may be shown: without who connects, and without the values of its options. */
export function showUrl(url: string): string {
  return url.replace(/^([^?]*?:(?:\/\/)?)[^?]*@/s, '$1').replace(/=[^&]*/gs, '=…');
}

/** A URL up to its options. */
export function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '');
}
