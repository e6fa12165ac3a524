/** The op codes of requests. */
export const opCodes = {
  create: 1,
  remove: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  ping: 11,
  getChildren: 12,
  multi: 14,
  removeWatches: 18,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  addWatch: 106,
  close: -11,
} as const;
