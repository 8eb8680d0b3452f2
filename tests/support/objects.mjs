// A real S3 API on a port of its own: moto, which `tools/setup.sh test` installs.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from './gateway.mjs';
import { freePort, run, start, until } from './process.mjs';

const programs = join(repository, 'build/tools/moto/bin');

/** Why there is no S3 server here; false when there is one. */
export const s3Missing = !existsSync(join(programs, 'moto_server')) && 'moto is not installed: run tools/setup.sh test';

/** Makes a user with a key, who then makes the bucket and puts the objects: from the fourth call on moto checks signatures. */
const fill = `
import base64, boto3, json, sys
given = json.load(sys.stdin)
at = dict(endpoint_url=given['endpoint'], region_name='us-east-1')
iam = boto3.client('iam', aws_access_key_id='setup', aws_secret_access_key='setup', **at)
iam.create_user(UserName='reader')
key = iam.create_access_key(UserName='reader')['AccessKey']
iam.put_user_policy(UserName='reader', PolicyName='all', PolicyDocument=json.dumps(
    {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}]}))
s3 = boto3.client('s3', aws_access_key_id=key['AccessKeyId'], aws_secret_access_key=key['SecretAccessKey'], **at)
s3.create_bucket(Bucket=given['bucket'])
for name, content in given['objects'].items():
    s3.put_object(Bucket=given['bucket'], Key=name, Body=base64.b64decode(content))
print(json.dumps({'accessKey': key['AccessKeyId'], 'secretKey': key['SecretAccessKey']}))
`;

/**
 * An S3 server with one bucket and these objects (name -> text or Buffer), which only the key in `config` may read: unless `checked` is
 * false, for moto fails at URLs that are signed.
 */
export async function startS3({ bucket = 'lake', objects = {}, checked = true } = {}) {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = start(join(programs, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], { env: checked ? { INITIAL_NO_AUTH_ACTION_COUNT: '3' } : {} });
  await until('the S3 server listening', async () => {
    if (!server.running()) throw new Error(`moto ended:\n${server.output.stderr}`);
    return fetch(`${endpoint}/moto-api/`).then(({ ok }) => ok, () => false);
  });
  const content = Object.fromEntries(Object.entries(objects).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]));
  const { stdout } = await run(join(programs, 'python'), ['-c', fill], { input: JSON.stringify({ endpoint, bucket, objects: content }) });
  const keys = JSON.parse(stdout);
  return {
    port,
    endpoint,
    keys,
    config: { bucket, endpoint, pathStyle: true, ...keys },
    stop: () => server.stop(),
  };
}
