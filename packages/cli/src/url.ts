/** A URL that is safe to print: without credentials and without the values of its options. */
export function showUrl(url: string): string {
  return url.replace(/^([^?]*?:(?:\/\/)?)[^?]*@/s, '$1').replace(/=[^&]*/gs, '=…');
}

/** Splits a URL into its servers and its chroot (empty: none). `servers` keeps the credentials and ends before the chroot. */
export function splitChroot(url: string): { servers: string; chroot: string; query: string } {
  const [, start = '', location = '', query = ''] = /^([^?]*?:(?:\/\/)?(?:[^?]*@)?)([^?]*)(.*)$/s.exec(url) ?? [];
  const cut = location.includes('/') ? location.indexOf('/') : location.length;
  const chroot = location.slice(cut).replace(/\/+$/, '');
  return { servers: start + location.slice(0, cut), chroot, query };
}

/** A URL without its options. */
export function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '');
}
