// The official client of OpenSearch, unchanged, against the gateway in both dialects.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Client, errors } from '@opensearch-project/opensearch';

import { startGateway } from '../support/gateway.mjs';
import { until } from '../support/process.mjs';

describe('@opensearch-project/opensearch', { timeout: 120_000 }, () => {
  let documented, opensearch;
  before(async () => {
    [documented, opensearch] = await Promise.all([startGateway({ samples: true, env: { DATASOURCE_TOKEN: 'client-t0ken' } }), startGateway({ args: ['--dialect', 'opensearch'] })]);
  });
  after(() => Promise.all([documented?.stop(), opensearch?.stop()]));

  const fails = async (promise, status) => {
    const error = await promise.then(() => assert.fail('it succeeded'), (reason) => reason);
    assert.ok(error instanceof errors.ResponseError, error);
    assert.equal(error.statusCode, status);
    return typeof error.body === 'string' ? JSON.parse(error.body) : error.body; // a real OpenSearch calls its errors text
  };

  test('a data source from create to delete in the documented dialect', async () => {
    const client = new Client({ node: documented.url, auth: { username: 'anybody', password: 'client-t0ken' } });
    const source = { name: 'crm', connector: 'postgresql', properties: { host: 'db1', database: 'crm' }, configuration: { credentials: { username: 'app', password: 's3cret' } } };
    const created = await client.query.datasourcesCreate({ body: source });
    assert.equal(created.statusCode, 201);
    assert.equal(created.body.status, 'ACTIVE');
    assert.deepEqual((await client.query.datasourcesList()).body.map(({ name }) => name), ['crm', 'events', 'shop']);
    const read = (await client.query.datasourceRetrieve({ datasource_name: 'crm' })).body;
    assert.equal(read.configuration.credentials.password, '******');
    assert.equal((await client.query.datasourcesUpdate({ body: { ...read, description: 'Customers' } })).body.message, 'Updated DataSource with name crm');
    assert.equal((await client.query.datasourceRetrieve({ datasource_name: 'crm' })).body.description, 'Customers');
    assert.equal((await client.query.datasourceDelete({ datasource_name: 'crm' })).body.name, 'crm');
    assert.equal((await fails(client.query.datasourceRetrieve({ datasource_name: 'crm' }), 404)).error.type, 'DataSourceNotFoundException');
    await client.close();
  });

  test('the same in the dialect of a real OpenSearch', async () => {
    const client = new Client({ node: opensearch.url });
    const source = { name: 'metrics', connector: 'prometheus', properties: { 'prometheus.uri': 'http://127.0.0.1:9090' } };
    const created = await client.query.datasourcesCreate({ body: source });
    assert.deepEqual([created.statusCode, created.body], [201, 'Created DataSource with name metrics']);
    assert.equal((await client.query.datasourceRetrieve({ datasource_name: 'metrics' })).body.connector, 'PROMETHEUS');
    assert.equal((await client.query.datasourcesUpdate({ body: { ...source, description: 'Metrics' } })).body, 'Updated DataSource with name metrics');
    await client.cluster.putSettings({ body: { persistent: { 'plugins.query.datasources.limit': 1 } } });
    assert.match((await fails(client.query.datasourcesCreate({ body: { ...source, name: 'more' } }), 400)).error.details, /can not exceed 1/);
    assert.equal((await client.query.datasourceDelete({ datasource_name: 'metrics' })).statusCode, 204);
    await fails(client.query.datasourceDelete({ datasource_name: 'metrics' }), 404);
    await client.close();
  });

  test('statements, formats, pages, plans and cancelling', async () => {
    const client = new Client({ node: documented.url, auth: { username: 'anybody', password: 'client-t0ken' } });
    const query = 'select id from shop.orders order by id';
    assert.equal((await client.sql.query({ body: { query } })).body.total, 5000);
    const csv = await client.sql.query({ format: 'csv', body: { query: `${query} limit 2` } });
    assert.equal(csv.body, 'id\n1\n2');
    const page = (await client.sql.query({ body: { query, fetch_size: 1000 } })).body;
    assert.equal(page.datarows.length, 1000);
    const second = (await client.sql.query({ body: { cursor: page.cursor } })).body;
    assert.deepEqual(second.datarows[0], [1001]);
    assert.equal((await client.sql.close({ body: { cursor: second.cursor } })).body.succeeded, true);
    assert.ok((await client.sql.explain({ body: { query } })).body.root);
    await fails(client.sql.query({ body: { query: 'selec 1' } }), 400);
    await fails(client.ppl.query({ body: { query: 'source = shop.orders' } }), 501);
    const slow = fails(client.sql.query({ body: { query: 'select count(*) from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3' } }, { opaqueId: 'slow', maxRetries: 0 }), 499);
    await until('the statement cancelled', () => client.transport.request({ method: 'DELETE', path: '/_plugins/_query/_queries/slow' }).then(() => true, () => false));
    assert.equal((await slow).error.kind, 'cancelled');
    await client.close();
  });
});
