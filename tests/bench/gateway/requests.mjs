// Requests a second beside a constant.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import Fastify from 'fastify';

import { curl } from '../../support/gateway.mjs';
import { run } from '../../support/process.mjs';
import { base } from './measure.mjs';
import { heading, tell } from './report.mjs';

export async function requests(gateway, folder) {
  const rate = async (url, script) => {
    const { stdout } = await run('wrk', ['-t1', '-c64', '-d3s', ...(script ? ['-s', script] : []), url]);
    // wrk asks a script for one request that it does not send, which costs a life its beginning.
    if (Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0) > 3) throw new Error(stdout);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
  };
  const source = (name) => ({ name, connector: 'sqlite', properties: { path: '/srv/shop.db' } });
  await curl(gateway.url, 'POST', base, source('shop'));
  const json = 'wrk.headers["Content-Type"] = "application/json"\n';
  const update = join(folder.path, 'update.lua');
  await writeFile(update, `${json}wrk.method = "PUT"\nwrk.body = '${JSON.stringify(source('shop'))}'\n`);
  // Each source is created, read, changed and removed, in turn with others: so many lives lie between two acts of one that each comes
  // after the reply to the last, and the load is of the same form as that of the constant.
  // The same requests, each asked of a constant, tell what the registry costs beside HTTP and the load's own making.
  const script = async (name, format) => {
    const path = join(folder.path, name);
    await writeFile(path, `${json}${format}
local apart = 64
local asked = -1
function request()
  asked = asked + 1
  local act = asked % 4
  local life = math.floor(asked / 4) - act * apart
  if life < 0 then return format("GET", "${base}/shop", nil, "") end
  local name = "s" .. life
  if act == 1 then return format("GET", "${base}/" .. name, nil, "") end
  if act == 3 then return format("DELETE", "${base}/" .. name, nil, "") end
  return format(act == 0 and "POST" or "PUT", "${base}", nil, (('${JSON.stringify(source('NAME'))}'):gsub("NAME", name)))
end
`);
    return path;
  };
  const lives = await script('lives.lua', 'local format = wrk.format');
  const asked = await script(
    'asked.lua',
    'local function format(method, path, headers, body) return wrk.format("GET", "/_health", headers, body) end',
  );
  const fastify = Fastify();
  fastify.get('/', () => ({ status: 'ok', version: '0.1.0', engine: 'duckdb 1.5.5' }));
  const address = await fastify.listen({ port: 0, host: '127.0.0.1' });
  const constant = await rate(`${gateway.url}/_health`);
  const read = await rate(`${gateway.url}${base}/shop`);
  const list = await rate(`${gateway.url}${base}`);
  const write = await rate(`${gateway.url}${base}`, update);
  const crud = await rate(gateway.url, lives);
  const same = await rate(gateway.url, asked);
  const other = await rate(`${address}/`);
  await fastify.close();
  heading('requests a second, 64 connections');
  tell('gateway, a constant (GET /_health)', constant, ' /s');
  tell('gateway, that constant to the requests of create, read, update, delete', same, ' /s');
  tell('Fastify, the same constant', other, ' /s');
  tell('gateway, read a data source', read, ' /s');
  tell('gateway, list data sources', list, ' /s');
  tell('gateway, update a data source, durable', write, ' /s');
  tell('gateway, create, read, update, delete, durable', crud, ' /s');
  tell('constant / create, read, update, delete', constant / crud, 'x', { most: 2 });
  tell('constant to the same requests / create, read, update, delete', same / crud, 'x');
}
