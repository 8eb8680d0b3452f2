import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  Client,
  ConflictError,
  ConnectionError,
  DataSourceError,
  InvalidError,
  NotFoundError,
  postgresql,
} from 'datasource-sdk';

import { base, connected, json, server } from './fake.mjs';

const stored = {
  id: 'a1',
  name: 'crm',
  description: '',
  connector: 'postgresql',
  properties: { host: 'db1', port: 5432 },
  configuration: { credentials: { username: 'app', password: '******' } },
  allowedRoles: [],
  resultIndex: 'query_execution_result_crm',
  status: 'ACTIVE',
};
const crm = {
  name: 'crm',
  connector: postgresql({ host: 'db1', database: 'crm', username: 'app', password: 'pässwörd "1"' }),
};

test('connect asks for the health and keeps what the server says', async () => {
  const { client, requests } = await connected();
  assert.deepEqual(
    requests.map(({ route }) => route),
    ['GET /_health'],
  );
  assert.deepEqual(client.server, { status: 'ok', version: '0.1.0', engine: 'fake' });
});

test('a server without the route of health passes', async () => {
  const { client } = await connected({
    'GET /_health': json({ error: 'no handler found for uri [/_health] and method [GET]' }, 400),
  });
  assert.equal(client.server, null);
});

test('connect fails early: nothing there, another kind of server, a URL that is none, wrong credentials', async () => {
  const refused = Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
  });
  await assert.rejects(Client.connect({ url: 'http://127.0.0.1:1', fetch: () => Promise.reject(refused) }), (error) => {
    assert.ok(error instanceof ConnectionError && error instanceof DataSourceError && error instanceof Error);
    assert.equal(error.name, 'ConnectionError');
    assert.equal(error.kind, 'connection');
    assert.equal(error.retryable, true);
    assert.equal(
      error.message,
      'the server at http://127.0.0.1:1 could not be reached: connect ECONNREFUSED 127.0.0.1:1',
    );
    assert.equal(error.cause, refused);
    return true;
  });
  await assert.rejects(connected({ 'GET /_health': new Response('<html>') }), {
    kind: 'malformed',
    message: /does not speak the Data Source API/,
  });
  await assert.rejects(connected({ 'GET /_health': json({ error: { type: 'x', reason: 'who are you?' } }, 401) }), {
    kind: 'unauthorized',
    message: 'who are you?',
  });
  for (const url of [
    '',
    'gateway.test',
    'ftp://gateway.test',
    'http://app:s3cret@gateway.test',
    'http://gateway.test?x=1',
  ]) {
    const { fetch, requests } = server();
    await assert.rejects(
      Client.connect({ url, fetch }),
      (error) => error instanceof InvalidError && error.field === 'url' && !error.message.includes('s3cret'),
    );
    assert.deepEqual(requests, []);
  }
});

test('credentials go into the header of every request, and nowhere else', async () => {
  const basic = await connected({ [`GET ${base}`]: json([]) }, { auth: { username: 'jörg', password: 'ä:b' } });
  await basic.client.datasources.list();
  for (const { headers, url } of basic.requests) {
    assert.equal(headers.get('authorization'), `Basic ${Buffer.from('jörg:ä:b').toString('base64')}`);
    assert.ok(!url.includes('jörg'));
  }
  const bearer = await connected({}, { auth: { token: 'abc.def' } });
  assert.equal(bearer.requests[0].headers.get('authorization'), 'Bearer abc.def');
  assert.equal((await connected()).requests[0].headers.get('authorization'), null);

  await assert.rejects(
    connected({}, { auth: { token: 's3cret\r\nX-Evil: 1' } }),
    (error) => error.field === 'auth.token' && !error.message.includes('s3cret'),
  );
  await assert.rejects(connected({}, { auth: {} }), { kind: 'invalid', field: 'auth' });
});

test('the life of a data source', async () => {
  const acknowledgement = (message) => json({ dataSourceId: 'a1', name: 'crm', status: 'ACTIVE', message });
  const report = {
    name: 'crm',
    connector: 'postgresql',
    passed: true,
    message: 'PostgreSQL 15.18',
    checks: [{ name: 'resolve', title: 'Resolve host name', status: 'passed', durationMs: 1.25, message: '127.0.0.1' }],
  };
  const { client, of } = await connected(
    {
      [`POST ${base}`]: json(
        { dataSourceId: 'a1', name: 'crm', status: 'ACTIVE', message: 'Created DataSource with name crm' },
        201,
      ),
      [`GET ${base}`]: json([stored]),
      [`GET ${base}/crm`]: json(stored),
      [`PUT ${base}`]: acknowledgement('Updated DataSource with name crm'),
      [`DELETE ${base}/crm`]: json({ dataSourceId: 'a1', name: 'crm', message: 'Deleted DataSource with name crm' }),
      [`POST ${base}/crm/_test`]: json(report),
      [`POST ${base}/_test`]: json({ ...report, passed: false }),
      [`GET ${base}/_connectors`]: json([{ id: 'other' }]),
    },
    { url: 'http://gateway.test/' },
  );
  const { datasources } = client;

  assert.deepEqual(await datasources.create(crm), {
    dataSourceId: 'a1',
    name: 'crm',
    status: 'ACTIVE',
    message: 'Created DataSource with name crm',
  });
  const [created] = of(`POST ${base}`);
  assert.equal(created.headers.get('content-type'), 'application/json');
  assert.deepEqual(JSON.parse(created.body).configuration.credentials, { username: 'app', password: 'pässwörd "1"' });
  assert.deepEqual(JSON.parse(created.body).properties, { host: 'db1', database: 'crm' });
  assert.equal(JSON.parse(created.body).connector, 'postgresql');

  assert.deepEqual(await datasources.list(), [stored]);
  const read = await datasources.get('crm');
  assert.deepEqual(read, stored);

  await datasources.update({ ...read, properties: { ...read.properties, database: 'crm2' } });
  assert.equal(JSON.parse(of(`PUT ${base}`)[0].body).configuration.credentials.password, '******');

  assert.deepEqual(await datasources.test('crm'), report);
  assert.equal((await datasources.test(crm)).passed, false);
  assert.equal(JSON.parse(of(`POST ${base}/_test`)[0].body).name, 'crm');
  assert.deepEqual(await client.connectors(), [{ id: 'other' }]);
  assert.equal((await datasources.delete('crm')).message, 'Deleted DataSource with name crm');
});

test('names cannot leave their path segment', async () => {
  const { client, requests } = await connected();
  for (const name of ['a/b', '../x', 'a?b', 'ä']) await assert.rejects(client.datasources.get(name), DataSourceError);
  assert.deepEqual(
    requests.slice(1).map(({ url }) => url),
    ['a%2Fb', '..%2Fx', 'a%3Fb', '%C3%A4'].map((name) => `http://gateway.test${base}/${name}`),
  );
  await assert.rejects(client.datasources.get(''), { kind: 'invalid', field: 'name' });
});

test('a source that breaks a rule is not sent', async () => {
  const { client, requests } = await connected();
  await assert.rejects(client.datasources.create({ ...crm, name: 'my crm' }), (error) => {
    assert.ok(error instanceof InvalidError);
    assert.equal(error.field, 'name');
    assert.deepEqual(
      error.violations.map(({ code }) => code),
      ['name_form'],
    );
    assert.match(error.message, /^name: "my crm" is not a name; start with a letter/);
    return true;
  });
  await assert.rejects(client.datasources.create({ ...crm, colour: 'red' }), { kind: 'invalid', field: 'colour' });
  await assert.rejects(client.datasources.create(undefined), { kind: 'invalid' });
  assert.equal(requests.length, 1);
});

test('errors of the server keep kind, status, type and violations, in every shape', async () => {
  const violations = [
    { field: 'properties.port', code: 'port_range', message: '"70000" is not a port', fix: 'use 1 to 65535' },
  ];
  const replies = {
    invalid: json(
      {
        status: 400,
        error: {
          type: 'ValidationException',
          reason: 'Invalid data source',
          details: 'properties.port: "70000" is not a port',
          violations,
        },
      },
      400,
    ),
    missing: json(
      {
        status: 404,
        error: {
          type: 'DataSourceNotFoundException',
          reason: 'Not found',
          details: 'DataSource with name missing does not exist',
        },
      },
      404,
    ),
    root: json(
      {
        error: { root_cause: [{ type: 'x', reason: 'y' }], type: 'security_exception', reason: 'no permissions' },
        status: 403,
      },
      403,
    ),
    text: new Response('{"error":"no handler found"}', { status: 400, headers: { 'content-type': 'text/plain' } }),
    page: new Response('<html>bad gateway</html>', { status: 500 }),
    disabled: json(
      { status: 403, error: { type: 'DataSourceDisabledException', details: 'crm is disabled', kind: 'disabled' } },
      403,
    ),
  };
  const { client } = await connected(
    Object.fromEntries(Object.entries(replies).map(([name, reply]) => [`GET ${base}/${name}`, reply])),
  );
  const errors = {};
  for (const name of Object.keys(replies))
    errors[name] = await client.datasources.get(name).then(assert.fail, (error) => error);

  assert.ok(errors.invalid instanceof InvalidError);
  assert.deepEqual(
    [errors.invalid.status, errors.invalid.type, errors.invalid.field],
    [400, 'ValidationException', 'properties.port'],
  );
  assert.deepEqual(errors.invalid.violations, violations);
  assert.ok(errors.missing instanceof NotFoundError);
  assert.equal(errors.missing.message, 'DataSource with name missing does not exist');
  assert.deepEqual([errors.root.kind, errors.root.message], ['forbidden', 'no permissions']);
  assert.deepEqual([errors.text.kind, errors.text.message], ['invalid', 'no handler found']);
  assert.deepEqual([errors.page.kind, errors.page.message], ['server', 'the server answered with status 500']);
  assert.equal(errors.disabled.kind, 'disabled');

  const conflict = await connected({ [`POST ${base}`]: json({ status: 409, error: { details: 'taken' } }, 409) });
  await assert.rejects(conflict.client.datasources.create(crm), ConflictError);
});

test('no error shows a secret', async () => {
  const secret = 'pässwörd "1"';
  const { client } = await connected(
    {
      [`POST ${base}`]: () => {
        throw Object.assign(new TypeError('fetch failed'), { cause: new Error('reset') });
      },
    },
    { auth: { username: 'admin', password: 's3cret' } },
  );
  const errors = await Promise.all([
    client.datasources.create(crm).catch((error) => error),
    client.datasources.create({ ...crm, name: '' }).catch((error) => error),
    client.datasources.create({ ...crm, connector: { ...crm.connector, properties: {} } }).catch((error) => error),
  ]);
  for (const error of errors) {
    assert.ok(error instanceof DataSourceError);
    const text = `${error.stack} ${JSON.stringify(error)}`;
    assert.ok(!text.includes(secret) && !text.includes('s3cret'), text);
  }
});

test('replies that are none of the protocol are malformed', async () => {
  for (const body of ['', '{', '[', '{}', '"text"', 'null', '['.repeat(100_000), '\u0000']) {
    const { client } = await connected({
      [`GET ${base}`]: new Response(body),
      [`POST ${base}`]: new Response(body),
      [`GET ${base}/_connectors`]: new Response(body),
    });
    await assert.rejects(client.datasources.list(), { kind: 'malformed' }, body.slice(0, 10));
    await assert.rejects(client.connectors(), { kind: 'malformed' }, body.slice(0, 10));
  }
});

test('the health of a source, and of all of them, is given as the server tells it', async () => {
  const crm = { name: 'crm', state: 'down', since: '2026-01-31T10:11:12.500Z', uptime: 0.5, observedMs: 1000, windowMs: 86400000 };
  const { client } = await connected({
    [`GET ${base}/crm/_health`]: json({ ...crm, probes: [] }),
    [`GET ${base}/_health`]: json({ up: 0, down: 1, unknown: 0, disabled: 0, sources: [crm] }),
  });
  assert.deepEqual(await client.datasources.health('crm'), { ...crm, probes: [] });
  const all = await client.datasources.health();
  assert.equal(all.down, 1);
  assert.deepEqual(all.sources, [crm]);
});
