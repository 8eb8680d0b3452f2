// BigQuery on a port of its own: bqemulator, which `tools/setup.sh test` installs, runs the statements. It knows no authentication, so a front
// of this file's stands before it: a token endpoint that checks a service account's assertion as Google documents it, and an API that takes
// the tokens which that one gave.

import { createHash, createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { repository } from './gateway.mjs';
import { freePort, start, temporaryFolder, until } from './process.mjs';

const folder = join(repository, 'build/tools/bqemulator');

/** Why there is no emulator here; false when there is one. */
export const bigQueryMissing = !existsSync(join(folder, 'bin/bqemulator')) && 'bqemulator is not installed: run tools/setup.sh test (Python 3.11 on x86-64)';

/** What the scoreboard says of it. */
export const bigQueryAgainst = 'bqemulator 1.4';

/** The extension that the emulator would download lies in a Python package; DuckDB looks for it below HOME. */
function giveSpatial(home) {
  const packages = join(folder, 'lib/python3.11/site-packages/duckdb_extension_spatial/extensions');
  for (const version of readdirSync(packages)) {
    const target = join(home, '.duckdb/extensions', version, 'linux_amd64');
    mkdirSync(target, { recursive: true });
    copyFileSync(join(packages, version, 'spatial.duckdb_extension'), join(target, 'spatial.duckdb_extension'));
  }
}

const body = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
};

/** Why an assertion is not taken, in Google's words, or nothing. */
function refusalOf(assertion, { email, keyId, publicKey, audience }) {
  const [head, claims, signature] = assertion.split('.');
  const read = (text) => JSON.parse(Buffer.from(text, 'base64url').toString());
  const { iss, aud, scope, iat, exp } = read(claims);
  const { alg, kid } = read(head);
  if (iss !== email) return 'Invalid grant: account not found';
  if (alg !== 'RS256' || kid !== keyId || !createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url'))
    return 'Invalid JWT Signature.';
  const now = Date.now() / 1000;
  if (aud !== audience || !/auth\/bigquery\b/.test(scope) || Math.abs(now - iat) > 300 || exp - iat > 3600) return 'Invalid JWT: check its claims.';
  return undefined;
}

/**
 * Starts it with a dataset `shop` and what these statements make, which name it: the emulator lists no table that
 * was made without. `config` signs in with a service account.
 */
export async function startBigQuery({ sql = [], project = 'acme-shop' } = {}) {
  const home = await temporaryFolder();
  giveSpatial(home.path);
  const [port, other] = [await freePort(), await freePort()];
  const emulator = start(join(folder, 'bin/bqemulator'), ['start', '--rest-port', String(port), '--grpc-port', String(other), '--project', project, '--log-level', 'error'], {
    env: { HOME: home.path },
  });
  const behind = `http://127.0.0.1:${port}`;
  const api = `${behind}/bigquery/v2/projects/${project}`;
  await until('the BigQuery emulator listening', async () => {
    if (!emulator.running()) throw new Error(`bqemulator ended:\n${emulator.output.stderr}`);
    return fetch(`${api}/datasets`).then(({ ok }) => ok, () => false);
  }, 90_000);
  const post = async (path, content) => (await fetch(`${api}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(content) })).json();
  await post('/datasets', { datasetReference: { projectId: project, datasetId: 'shop' } });
  for (const query of sql) {
    const reply = await post('/queries', { query, useLegacySql: false, defaultDataset: { projectId: project, datasetId: 'shop' } });
    if (reply.error || reply.errors) {
      await emulator.stop('SIGKILL');
      throw new Error(`${query.slice(0, 200)}: ${JSON.stringify(reply.error ?? reply.errors)}`);
    }
  }

  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const tokens = new Set();
  const log = [];
  const account = { email: `reader@${project}.iam.gserviceaccount.com`, keyId: createHash('sha1').update(publicKey).digest('hex'), publicKey };
  const front = createServer(async (request, response) => {
    const answer = (status, content) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
    const content = await body(request);
    if (request.url === '/token') {
      const form = new URLSearchParams(content.toString());
      if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return answer(400, { error: 'unsupported_grant_type' });
      const refusal = refusalOf(form.get('assertion'), account);
      if (refusal) return answer(400, { error: 'invalid_grant', error_description: refusal });
      const token = `ya29.${randomUUID()}`;
      tokens.add(token);
      log.push({ token: 'given' });
      return answer(200, { access_token: token, expires_in: 3599, token_type: 'Bearer' });
    }
    const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!tokens.has(token)) {
      const message = 'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.';
      return answer(401, { error: { code: 401, message, errors: [{ message: 'Invalid Credentials', domain: 'global', reason: 'authError' }], status: 'UNAUTHENTICATED' } });
    }
    log.push({ method: request.method, path: request.url, ...(content.length > 0 ? { body: JSON.parse(content) } : {}) });
    // The emulator has every project and dataset that it is asked for; Google has not.
    const [, asked, dataset] = /^\/bigquery\/v2\/projects\/([^/?]+)(?:\/datasets\/([^/?]+)\/)?/.exec(request.url) ?? [];
    const refuse = (code, reason, message) => answer(code, { error: { code, message, errors: [{ message, domain: 'global', reason }] } });
    if (asked !== project) return refuse(403, 'accessDenied', `Access Denied: Project ${asked}: User does not have bigquery.jobs.create permission in project ${asked}.`);
    if (dataset !== undefined && dataset !== 'shop') return refuse(404, 'notFound', `Not found: Dataset ${project}:${dataset}`);
    const reply = await fetch(behind + request.url, {
      method: request.method,
      headers: { 'Content-Type': 'application/json' },
      ...(content.length > 0 ? { body: content } : {}),
    });
    response.writeHead(reply.status, { 'Content-Type': reply.headers.get('content-type') ?? 'application/json' }).end(Buffer.from(await reply.arrayBuffer()));
    return undefined;
  });
  await new Promise((resolve) => front.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${front.address().port}`;
  account.audience = `${url}/token`;
  /** The file that Google Cloud makes, with changes. */
  const keyFile = (change = {}) =>
    JSON.stringify({ type: 'service_account', project_id: project, private_key_id: account.keyId, private_key: privateKey, client_email: account.email, token_uri: account.audience, ...change });
  tokens.add('a-given-token');
  return {
    url,
    project,
    keyFile,
    config: { project, dataset: 'shop', apiUrl: url, serviceAccountKey: keyFile() },
    /** What was asked of it. */
    log,
    async stop() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await emulator.stop('SIGKILL');
      await home.remove();
    },
  };
}
