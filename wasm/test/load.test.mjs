import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';

import * as sdk from 'datasource-sdk';
import { connectors, files, load, mysql, postgresql, sqlite, validate } from 'datasource-sdk';

import { bytesToLoad } from '../size.mjs';

test('before load() the catalogue is empty and validate() says what to do', () => {
  assert.deepEqual(connectors, []);
  assert.throws(() => validate({ name: 'crm', connector: 'postgresql' }), /call load\(\) before/);
});

test('the catalogue is there after load()', async () => {
  await Promise.all([load(), load()]);
  const ids = connectors.map(({ id }) => id);
  for (const id of ['postgresql', 'mysql', 's3', 'prometheus', 'sqlite', 'files']) assert.ok(ids.includes(id), id);
  assert.equal(new Set(ids).size, ids.length);
  const fields = connectors.find(({ id }) => id === 'postgresql').fields;
  assert.equal(fields.find(({ key }) => key === 'port').default, 5432);
  assert.equal(fields.find(({ key }) => key === 'password').secret, true);
  assert.deepEqual(
    fields.filter(({ required }) => required).map(({ path }) => path),
    ['properties.host', 'properties.database', 'configuration.credentials.username'],
  );
});

test('it can be loaded from bytes, from a URL, from a reply, and compiled', async () => {
  const url = new URL('../dist/datasource.wasm', import.meta.url);
  const bytes = await readFile(url);
  for (const type of ['application/wasm', 'text/plain']) {
    const response = `new Response(await readFile(url), { headers: { 'content-type': '${type}' } })`;
    for (const source of [
      'await readFile(url)',
      'url',
      'url.href',
      response,
      'new WebAssembly.Module(await readFile(url))',
    ]) {
      // Each in a process of its own: a process loads once.
      const script = `import { connectors, load } from 'datasource-sdk'; import { readFile } from 'node:fs/promises';
        const url = new URL(${JSON.stringify(url.href)}); await load(${source}); console.log(connectors[0].id);`;
      const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        cwd: new URL('.', import.meta.url),
      });
      assert.equal(output.trim(), 'postgresql', source);
    }
  }
  assert.ok(bytes.length > 0);
});

/** What a process of its own prints. */
function run(script, ...options) {
  return execFileSync(process.execPath, [...options, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd: new URL('.', import.meta.url),
  }).trim();
}

const withoutVectors = ['--import', 'data:text/javascript,WebAssembly.validate = () => false'];

test('the module with vector instructions is taken where the engine has them, else the other', async () => {
  const script = `import { connectors, load } from 'datasource-sdk';
    const { compile } = WebAssembly;
    WebAssembly.compile = (bytes) => (console.log(bytes.byteLength), compile(bytes));
    await load(); console.log(connectors.length > 0);`;
  const [simd, plain] = await Promise.all(
    ['datasource-simd.wasm', 'datasource.wasm'].map(async (name) =>
      String((await stat(new URL(`../dist/${name}`, import.meta.url))).size),
    ),
  );
  // Node.js compiles a module of its own as well.
  const taken = (...options) => run(script, ...options).split('\n').filter((line) => [simd, plain, 'true'].includes(line));
  assert.notEqual(simd, plain);
  assert.deepEqual(taken(), [simd, 'true']);
  assert.deepEqual(taken(...withoutVectors), [plain, 'true']);
});

test('results are the same without vector instructions', () => {
  const { status, stdout } = spawnSync(process.execPath, [...withoutVectors, '--test', 'result.test.mjs'], {
    encoding: 'utf8',
    cwd: new URL('.', import.meta.url),
    // The runner would take itself for a part of the one that runs this file.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^# pass [1-9]/m, stdout);
});

test('a download that failed says so, and the next one may succeed', () => {
  const script = `import { connectors, load } from 'datasource-sdk';
    const messages = [];
    for (const reply of [new Response('no', { status: 404 }), new Response('<!doctype html>')]) await load(reply).catch((error) => messages.push(error.message));
    await load(); console.log(JSON.stringify([...messages, connectors[0].id]));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd: new URL('.', import.meta.url),
  });
  const [missing, wrong, first] = JSON.parse(output);
  assert.match(missing, /could not be loaded: .*status 404/);
  assert.match(wrong, /is another file/);
  assert.equal(first, 'postgresql');
});

test('valid sources of every connector have no violations', async () => {
  await load();
  const database = { host: 'db1', database: 'crm', username: 'app' };
  for (const connector of [
    postgresql(database),
    postgresql({ ...database, port: 5433, password: 'x', tls: 'verify-full', connectionTimeout: 100 }),
    mysql({ ...database, port: '3307', password: undefined }),
    sqlite({ path: '/srv/shop.db' }),
    files({ path: '/srv/events', format: 'parquet' }),
  ]) {
    assert.deepEqual(validate({ name: 'crm', connector }), []);
  }
  assert.deepEqual(validate({ name: 'crm', connector: 'sqlite', properties: { path: '/srv/shop.db' } }), []);
});

test('every connector with settings has a builder, which knows all of them', async () => {
  await load();
  const pool = { connectionTimeout: 1000, maxConnections: 4, idleTimeout: 5000 };
  const requests = { connectionTimeout: 1000, queryTimeout: 5000 };
  const person = { username: 'app', password: 'x' };
  const server = { host: 'db1', port: 1433, database: 'crm', ...person };
  const store = {
    roleArn: 'arn:aws:iam::123456789012:role/Glue',
    indexStoreUrl: 'http://search:9200',
    indexStoreAuth: 'basicauth',
    indexStoreUsername: 'app',
    indexStorePassword: 'x',
    indexStoreRegion: 'eu-west-1',
    iceberg: true,
    lakeFormation: true,
    lakeFormationSessionTag: 'tag',
  };
  const keys = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'x' };
  const settings = {
    postgresql: { ...server, tls: 'verify-full', ...pool },
    mysql: { ...server, tls: 'require', ...pool },
    sqlserver: { ...server, instance: 'SQLEXPRESS', encrypt: 'strict', trustServerCertificate: true, ...pool },
    s3: { bucket: 'lake', prefix: 'a/b', region: 'eu-west-1', format: 'csv', ...keys, sessionToken: 'x', endpoint: 'http://minio:9000', pathStyle: true, connectionTimeout: 1000 },
    bigquery: { project: 'my-project', dataset: 'sales', location: 'EU', authentication: 'token', accessToken: 'x', serviceAccountKey: '{}', billingProject: 'other-project', maximumBytesBilled: 1000, apiUrl: 'http://bq:9050', tlsSkipVerify: true, ...requests },
    snowflake: { account: 'org-account', warehouse: 'w', database: 'd', schema: 's', role: 'r', username: 'app', authentication: 'pat', privateKey: 'x', privateKeyPassphrase: 'x', token: 'x', accountUrl: 'https://a.example', tlsSkipVerify: true, ...requests },
    prometheus: { url: 'http://metrics:9090', auth: 'basicauth', ...person, token: 'x', region: 'eu-west-1', ...keys, alertmanagerUrl: 'http://alerts:9093', alertmanagerAuth: 'basicauth', alertmanagerUsername: 'app', alertmanagerPassword: 'x', tlsSkipVerify: true, ...requests },
    influxdb: { url: 'http://influx:8086', version: '2', database: 'd', retentionPolicy: 'autogen', organization: 'o', bucket: 'b', ...person, token: 'x', tlsSkipVerify: true, ...requests },
    mongodb: { ...server, srv: false, authSource: 'admin', authMechanism: 'PLAIN', replicaSet: 'r', readPreference: 'nearest', directConnection: true, tls: 'require', sampleSize: 5, ...pool },
    opensearch: { url: 'https://search:9200', authentication: 'basic', ...person, token: 'x', region: 'eu-west-1', service: 'aoss', ...keys, sessionToken: 'x', arrayFields: 'tags', maxConnections: 2, tlsSkipVerify: true, ...requests },
    sqlite: { path: '/srv/shop.db' },
    files: { path: '/srv/events', format: 'parquet' },
    s3glue: store,
    security_lake: store,
  };
  const every = { resultCacheTtl: 60_000 };
  for (const { id, fields } of connectors.filter(({ fields }) => fields.some(({ key }) => !(key in every)))) {
    const builder = sdk[id.replace(/_(.)/g, (_, letter) => letter.toUpperCase())];
    // Those that only an OpenSearch has do not have what every source of a gateway has.
    const more = fields.some(({ key }) => key in every) ? every : {};
    const { connector, properties, configuration } = builder({ ...settings[id], ...more });
    assert.equal(connector, id);
    const credentials = Object.keys(configuration?.credentials ?? {}).map((key) => `configuration.credentials.${key}`);
    const given = [...Object.keys(properties).map((key) => `properties.${key}`), ...credentials];
    assert.deepEqual(given.sort(), fields.map(({ path }) => path).sort(), id);
  }
});

test('all broken rules are reported at once, with field, code, message and fix', async () => {
  await load();
  const violations = validate({
    name: '1crm',
    connector: postgresql({ host: 'db1', port: 70000, database: '', username: 'app' }),
  });
  assert.deepEqual(
    violations.map(({ field, code }) => [field, code]),
    [
      ['name', 'name_form'],
      ['properties.port', 'port_range'],
      ['properties.database', 'required'],
    ],
  );
  assert.equal(violations[1].message, '"70000" is not a port');
  assert.equal(violations[1].fix, 'use 1 to 65535');
});

test('a source of the wrong shape is a violation and no exception', async () => {
  await load();
  assert.deepEqual(
    validate({ name: 5, connector: 'sqlite', properties: { path: ['x'] }, colour: 'red' }).map(({ field, code }) => [
      field,
      code,
    ]),
    [
      ['colour', 'unknown_field'],
      ['name', 'wrong_type'],
      ['properties.path', 'wrong_type'],
    ],
  );
  for (const wrong of [null, [], 'text', 5]) assert.equal(validate(wrong)[0].field, 'body');
});

test('a violation never holds a secret', async () => {
  await load();
  const secret = 's3cret\nline';
  for (const connector of ['postgresql', 'mysql']) {
    const text = JSON.stringify(
      validate({
        name: 'crm',
        connector,
        properties: { host: `app:${secret}@db1`, password: secret },
        configuration: {
          endpoint: `jdbc:${connector}://app:${secret}@db1/x`,
          credentials: { username: 'app', password: secret },
        },
      }),
    );
    assert.match(text, /control_character/);
    assert.ok(!text.includes('s3cret'), text);
  }
});

test('there are at most 150 KiB to load, compressed by gzip', async () => {
  const { total } = await bytesToLoad();
  assert.ok(total > 50_000 && total <= 150 * 1024, `${total} bytes`);
});
