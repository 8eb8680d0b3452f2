// Requests a second beside a constant.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import Fastify from 'fastify';

import { curl } from '../../support/gateway.mjs';
import { run } from '../../support/process.mjs';
import { base, runs } from './measure.mjs';
import { heading, median, tell } from './report.mjs';

const source = (name) => ({ name, connector: 'sqlite', properties: { path: '/srv/shop.db' } });

/**
 * Requests for wrk on so many connections: each source is created, read, changed and removed, in turn with others. So many lives lie between two acts of one that
 * each comes after the reply to the last, and the load is of the same form as that of the constant. The requests are put together by hand:
 * what wrk does for that in Lua takes as much as the gateway does. With `ask`, the constant is asked by as many bytes instead.
 */
function lives(connections, ask) {
  const apart = 4 * connections; // a reply may be overtaken by those to later requests
  const [before, after] = JSON.stringify(source('NAME')).split('NAME');
  return `
local round
function init(arguments) round = arguments[1] end
local host = " HTTP/1.1\\r\\nHost: localhost\\r\\n"
local function send(method, path, body)
  ${ask ? `method, path = "GET", "${ask}"` : ''}
  if not body then return method .. " " .. path .. host .. "\\r\\n" end
  return method .. " " .. path .. host .. "Content-Type: application/json\\r\\nContent-Length: " .. #body .. "\\r\\n\\r\\n" .. body
end
local asked = -1
function request()
  asked = asked + 1
  local act = asked % 4
  local life = math.floor(asked / 4) - act * ${apart}
  if life < 0 then return send("GET", "${base}/shop") end
  local name = "s" .. round .. "-" .. life
  if act == 1 then return send("GET", "${base}/" .. name) end
  if act == 3 then return send("DELETE", "${base}/" .. name) end
  return send(act == 0 and "POST" or "PUT", "${base}", '${before}' .. name .. '${after}')
end
`;
}

const update = `
wrk.method = "PUT"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '${JSON.stringify(source('shop'))}'
`;

/** Removes what is left of lives that a run ended in: it would be probed, and searched through, while the next runs. */
async function endLives(url, prefix) {
  const { origin } = new URL(url);
  const answer = await fetch(`${origin}${base}`);
  const left = answer.ok ? (await answer.json()).filter(({ name }) => name.startsWith(prefix)) : [];
  const remove = async () => {
    for (let source = left.pop(); source; source = left.pop()) await (await fetch(`${origin}${base}/${source.name}`, { method: 'DELETE' })).text();
  };
  await Promise.all(Array.from({ length: 32 }, remove));
}

export async function requests(gateway, folder) {
  const script = async (name, text) => {
    const path = join(folder.path, name);
    await writeFile(path, text);
    return path;
  };
  let round = 0; // names of each are their own
  const rate = async (connections, url, file) => {
    round += 1;
    const { stdout } = await run('wrk', ['-t1', `-c${connections}`, '-d2s', ...(file ? ['-s', file, url, '--', String(round)] : [url])]);
    await endLives(url, `s${round}-`);
    // wrk asks a script for one request that it does not send, which costs a life its beginning.
    if (Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0) > 3) throw new Error(stdout);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
  };
  /** Rates of each, who take turns. */
  const turns = async (connections, asked) => {
    const rates = Object.fromEntries(Object.keys(asked).map((what) => [what, []]));
    for (let turn = 0; turn < runs; ++turn) {
      for (const [what, [url, file]] of Object.entries(asked)) rates[what].push(await rate(connections, url, file));
    }
    return rates;
  };
  await curl(gateway.url, 'POST', base, source('shop'));
  const fastify = Fastify();
  fastify.get('/', () => ({ status: 'ok', version: '0.1.0', engine: 'duckdb 1.5.5' }));
  const address = await fastify.listen({ port: 0, host: '127.0.0.1' });
  const single = await turns(64, {
    read: [`${gateway.url}${base}/shop`],
    list: [`${gateway.url}${base}`],
    update: [`${gateway.url}${base}`, await script('update.lua', update)],
  });
  const beside = {};
  for (const connections of [64, 256]) {
    beside[connections] = await turns(connections, {
      constant: [`${gateway.url}/_health`],
      lives: [gateway.url, await script(`lives-${connections}.lua`, lives(connections))],
      same: [gateway.url, await script(`same-${connections}.lua`, lives(connections, '/_health'))],
      fastify: [`${address}/`],
    });
  }
  await fastify.close();

  heading('requests a second, 64 connections');
  tell('gateway, read a data source', median(single.read), ' /s');
  tell('gateway, list data sources', median(single.list), ' /s');
  tell('gateway, update a data source, durable', median(single.update), ' /s');
  for (const [connections, rates] of Object.entries(beside)) {
    const ratio = (one) => median(rates[one].map((value, turn) => value / rates.lives[turn]));
    heading(`create, read, update, delete beside a constant, ${connections} connections`);
    tell('gateway, a constant (GET /_health)', median(rates.constant), ' /s');
    tell('gateway, that constant to the requests of create, read, update, delete', median(rates.same), ' /s');
    tell('Fastify, the same constant', median(rates.fastify), ' /s');
    tell('gateway, create, read, update, delete, durable', median(rates.lives), ' /s');
    tell('constant / create, read, update, delete', ratio('constant'), 'x', { most: 2 });
    tell('constant to the same requests / create, read, update, delete', ratio('same'), 'x');
  }
}
