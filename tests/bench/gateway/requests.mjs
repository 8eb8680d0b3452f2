// Requests a second beside a constant.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import Fastify from 'fastify';

import { curl } from '../../support/gateway.mjs';
import { run } from '../../support/process.mjs';
import { base, runs } from './measure.mjs';
import { heading, median, tell } from './report.mjs';

const connections = 64;
/** Lives between two acts of one: a reply may be overtaken by those to later requests. */
const apart = 4 * connections;
const source = (name) => ({ name, connector: 'sqlite', properties: { path: '/srv/shop.db' } });

/**
 * Requests for wrk: each source is created, read, changed and removed, in turn with others. So many lives lie between two acts of one that
 * each comes after the reply to the last, and the load is of the same form as that of the constant. The requests are put together by hand:
 * what wrk does for that in Lua takes as much as the gateway does. With `ask`, the constant is asked by as many bytes instead.
 */
function lives(ask) {
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

export async function requests(gateway, folder) {
  const script = async (name, text) => {
    const path = join(folder.path, name);
    await writeFile(path, text);
    return path;
  };
  const rate = async (round, url, file) => {
    const { stdout } = await run('wrk', ['-t1', `-c${connections}`, '-d2s', ...(file ? ['-s', file, url, '--', String(round)] : [url])]);
    // wrk asks a script for one request that it does not send, which costs a life its beginning.
    if (Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0) > 3) throw new Error(stdout);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
  };
  await curl(gateway.url, 'POST', base, source('shop'));
  const fastify = Fastify();
  fastify.get('/', () => ({ status: 'ok', version: '0.1.0', engine: 'duckdb 1.5.5' }));
  const address = await fastify.listen({ port: 0, host: '127.0.0.1' });
  // What is left of lives that a round ended in makes lists longer: those come first.
  const turns = [
    { read: [`${gateway.url}${base}/shop`], list: [`${gateway.url}${base}`], write: [`${gateway.url}${base}`, await script('update.lua', update)] },
    {
      constant: [`${gateway.url}/_health`],
      crud: [gateway.url, await script('lives.lua', lives())],
      same: [gateway.url, await script('same.lua', lives('/_health'))],
      fastify: [`${address}/`],
    },
  ];
  const rates = {};
  for (const asked of turns) {
    for (let round = 0; round < runs; ++round) {
      for (const [what, [url, file]] of Object.entries(asked)) (rates[what] ??= []).push(await rate(round, url, file));
    }
  }
  await fastify.close();
  const ratio = (one, other) => median(rates[one].map((value, round) => value / rates[other][round]));
  heading('requests a second, 64 connections');
  tell('gateway, a constant (GET /_health)', median(rates.constant), ' /s');
  tell('gateway, that constant to the requests of create, read, update, delete', median(rates.same), ' /s');
  tell('Fastify, the same constant', median(rates.fastify), ' /s');
  tell('gateway, read a data source', median(rates.read), ' /s');
  tell('gateway, list data sources', median(rates.list), ' /s');
  tell('gateway, update a data source, durable', median(rates.write), ' /s');
  tell('gateway, create, read, update, delete, durable', median(rates.crud), ' /s');
  tell('constant / create, read, update, delete', ratio('constant', 'crud'), 'x', { most: 2 });
  tell('constant to the same requests / create, read, update, delete', ratio('same', 'crud'), 'x');
}
