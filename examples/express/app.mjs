import { NoConnectionError } from '@ndsr/core';
import express from 'express';
import { get, registry } from './registry-settings.mjs';

/**
 * The application: shows the instances of its services according to the registry.
 *
 * @param {readonly string[]} services the allowed services. It requests no others for any URL, because each one is watched from then on.
 */
export function createApp(services) {
  const app = express();

  app.get('/health', async (_request, response) => {
    const { phase } = await registry();
    const known = await Promise.all(services.map(async (name) => [name, await freshness(name)]));
    // Without a server it continues with the last known state: no reason for a restart.
    response.json({ phase, services: Object.fromEntries(known) });
  });

  app.param('service', (_request, response, next, name) => {
    if (services.includes(name)) next();
    else response.status(404).json({ error: `There is no service ${name} here` });
  });

  app.get('/services/:service', async ({ params: { service } }, response) => {
    const { children } = await get(pathOf(service));
    response.json({ instances: children, freshness: await freshness(service) });
  });

  app.get('/services/:service/one', async ({ params: { service } }, response) => {
    const instances = Object.keys((await get(pathOf(service))).children);
    const chosen = instances[Math.floor(Math.random() * instances.length)];
    if (chosen === undefined) response.status(503).json({ error: `Nobody provides ${service} now` });
    else response.json({ instance: chosen });
  });

  app.use(answerForErrors);
  return app;
}

/** @param {string} service */
export function pathOf(service) {
  return `/services/${service}`;
}

/** @param {string} service */
async function freshness(service) {
  const { origin = 'none', ageMs = null } = (await registry()).freshness(pathOf(service)) ?? {};
  return { origin, ageMs };
}

/**
 * @param {unknown} error
 * @param {import('express').Request} _request
 * @param {import('express').Response} response
 * @param {import('express').NextFunction} next
 */
function answerForErrors(error, _request, response, next) {
  // Not in memory, not in the cache file, and no server is reachable. It becomes available once one is.
  if (error instanceof NoConnectionError) response.status(503).json({ error: error.message, code: error.code });
  else next(error);
}
