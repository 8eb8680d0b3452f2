// A server in place of the network: a fetch that answers from a table of routes and notes what it was asked.

import { Client } from 'datasource-sdk';

export const base = '/_plugins/_query/_datasources';

export function json(value, status = 200, headers = {}) {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** A reply to a statement; `rows` is JSON text, so that numbers stay as they are written. */
export function rows(schema, text, more = '"total":0,"size":0,"status":200') {
  const columns = Object.entries(schema).map(([name, type]) => ({ name, type }));
  return new Response(`{"schema":${JSON.stringify(columns)},"datarows":${text},${more}}`);
}

/**
 * @param routes `'GET /path'` -> Response, or a function of (init, number of the call) that gives one
 * @returns {{fetch, requests}}
 */
export function server(routes = {}) {
  const requests = [];
  const counts = new Map();
  const fetch = async (url, init) => {
    const route = `${init.method} ${new URL(url).pathname}`;
    const count = (counts.get(route) ?? 0) + 1;
    counts.set(route, count);
    requests.push({ route, url, headers: new Headers(init.headers), body: init.body, init });
    init.signal?.throwIfAborted();
    const answer =
      routes[route] ??
      (route === 'GET /_health'
        ? json({ status: 'ok', version: '0.1.0', engine: 'fake' })
        : json({ error: `no route ${route}` }, 400));
    return typeof answer === 'function' ? answer(init, count) : answer.clone();
  };
  return { fetch, requests, of: (route) => requests.filter((request) => request.route === route) };
}

/** A client of such a server, connected. */
export async function connected(routes, options = {}) {
  const fake = server(routes);
  const client = await Client.connect({ url: 'http://gateway.test', fetch: fake.fetch, ...options });
  return { ...fake, client };
}

/** Never answers; ends when the signal does, as fetch does. */
export const silence = ({ signal }) =>
  new Promise((_, reject) => {
    // As an open connection would, it keeps the process running.
    const open = setInterval(() => {}, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(open);
      reject(signal.reason);
    });
  });
