/** All commands in the order of the help. */
export const commandNames = [
  'get',
  'tree',
  'watch',
  'set',
  'unset',
  'register',
  'lock',
  'elect',
  'wait',
  'state',
  'doctor',
  'completion',
] as const;
