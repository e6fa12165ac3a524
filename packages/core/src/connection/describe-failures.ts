import type { ServerFailure } from '../backend/registry-backend.js';

/** Further servers are only counted, so that a message stays readable. */
const maxListed = 10;

/** `zk1:2181 (ENOTFOUND), zk2:2181 (ECONNREFUSED)`; empty without failures. */
export function describeFailures(failures: readonly ServerFailure[]): string {
  const listed = failures.slice(0, maxListed).map(describeFailure);
  const more = failures.length - listed.length;
  const list = listed.join(listed.some((one) => one.includes(', ')) ? '; ' : ', ');
  return more > 0 ? `${list} and ${more} more` : list;
}

function describeFailure({ server, error }: ServerFailure): string {
  const reason = reasonOf(error);
  return reason.includes(server) ? reason : `${server} (${reason})`;
}

/** Node's message repeats the call and the address, and that of an `AggregateError` is empty, so the code is preferred. */
function reasonOf(error: Error & { readonly code?: unknown }): string {
  const { code, message, name } = error;
  if (typeof code === 'string' && /^E(?!RR_)[A-Z0-9_]+$/.test(code)) return code;
  return message.trim().replaceAll(/\s+/g, ' ') || name;
}
