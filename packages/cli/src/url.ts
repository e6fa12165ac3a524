/** A URL as it may be shown: without who connects, and without the values of its options. */
export function showUrl(url: string): string {
  return url.replace(/^([^?]*?:(?:\/\/)?)[^?]*@/s, '$1').replace(/=[^&]*/gs, '=…');
}

/** A URL and its chroot (empty: none) apart. `servers` keeps the credentials, and ends before the chroot. */
export function splitChroot(url: string): { servers: string; chroot: string; query: string } {
  const [, start = '', location = '', query = ''] = /^([^?]*?:(?:\/\/)?(?:[^?]*@)?)([^?]*)(.*)$/s.exec(url) ?? [];
  const cut = location.includes('/') ? location.indexOf('/') : location.length;
  const chroot = location.slice(cut).replace(/\/+$/, '');
  return { servers: start + location.slice(0, cut), chroot, query };
}

/** A URL up to its options. */
export function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '');
}
