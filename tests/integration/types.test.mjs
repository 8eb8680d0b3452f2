// Every type of PostgreSQL and MariaDB: its smallest, largest and oddest values through the gateway, against what the database itself says.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';

const base = '/_plugins/_query/_datasources';

/** [name, the database's type, the API's type, then pairs: a literal of the database, and the JSON text of its value in the reply] */
const postgreSql = [
  ['c_smallint', 'smallint', 'short', ['-32768', '-32768'], ['32767', '32767']],
  ['c_integer', 'integer', 'integer', ['-2147483648', '-2147483648'], ['2147483647', '2147483647']],
  ['c_bigint', 'bigint', 'long', ['-9223372036854775808', '-9223372036854775808'], ['9223372036854775807', '9223372036854775807']],
  ['c_decimal', 'numeric(38, 10)', 'decimal', ['-1234567890123456789012345678.0123456789', '-1234567890123456789012345678.0123456789'], ['0.5', '0.5000000000']],
  ['c_money_like', 'numeric(12, 2)', 'decimal', ['-0.01', '-0.01'], ['9999999999.99', '9999999999.99']],
  ['c_numeric', 'numeric', 'double', ['0.5', '0.5']], // without a precision DuckDB has no decimal for it
  ['c_real', 'real', 'float', ['0.1', '0.1'], ["'-Infinity'", '"-Infinity"'], ["'NaN'", '"NaN"']],
  ['c_double', 'double precision', 'double', ['0.1', '0.1'], ['1e308', '1e+308|1e308'], ["'Infinity'", '"Infinity"']],
  ['c_boolean', 'boolean', 'boolean', ['true', 'true'], ['false', 'false']],
  ['c_char', 'char(5)', 'keyword', ["'ab'", '"ab"|"ab   "']],
  ['c_varchar', 'varchar(20)', 'keyword', ["''", '""'], ["'naïve €😀'", '"naïve €😀"']],
  ['c_text', 'text', 'keyword', [`E'a"\\\\\\n\\t'`, '"a\\"\\\\\\n\\t"']],
  ['c_bytea', 'bytea', 'binary', ["'\\x00ff10'", '"AP8Q"'], ["''", '""']],
  ['c_date', 'date', 'date', ["'0001-01-01'", '"0001-01-01"'], ["'2024-02-29'", '"2024-02-29"'], ["'9999-12-31'", '"9999-12-31"']],
  ['c_time', 'time', 'time', ["'00:00:00'", '"00:00:00"'], ["'23:59:59.999999'", '"23:59:59.999999"']],
  ['c_timetz', 'timetz', 'keyword', ["'12:34:56+02'", '"12:34:56+02"|"12:34:56+02:00"']],
  ['c_timestamp', 'timestamp', 'timestamp', ["'2024-02-29 12:34:56.789'", '"2024-02-29 12:34:56.789"'], ["'1900-01-01 00:00:00'", '"1900-01-01 00:00:00"']],
  ['c_timestamptz', 'timestamptz', 'timestamp', ["'2024-02-29 12:34:56.000001+02'", '"2024-02-29 10:34:56.000001"']],
  ['c_interval', 'interval', 'interval', ["'1 year 2 months 3 days 04:05:06.5'", null]],
  ['c_uuid', 'uuid', 'keyword', ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"']],
  ['c_json', 'json', 'keyword', [`'{"a": [1, null]}'`, '"{\\"a\\": [1, null]}"']],
  ['c_jsonb', 'jsonb', 'keyword', [`'{"a": [1, null]}'`, '"{\\"a\\": [1, null]}"']],
  ['c_enum', 'mood', 'keyword', ["'sad'", '"sad"'], ["'happy'", '"happy"']],
  ['c_inet', 'inet', 'keyword', ["'192.168.0.1/24'", '"192.168.0.1/24"']],
  ['c_cidr', 'cidr', 'keyword', ["'10.0.0.0/8'", '"10.0.0.0/8"']],
  ['c_macaddr', 'macaddr', 'keyword', ["'08:00:2b:01:02:03'", '"08:00:2b:01:02:03"']],
  ['c_bit', 'bit(8)', 'keyword', ["B'10101010'", '"10101010"']],
  ['c_varbit', 'bit varying', 'keyword', ["B'101'", '"101"']],
  ['c_xml', 'xml', 'keyword', ["'<a>1</a>'", '"<a>1</a>"']],
  ['c_oid', 'oid', 'long', ['4294967295', '4294967295']],
  ['c_tsvector', 'tsvector', 'keyword', ["'a fat cat'", `"'a' 'cat' 'fat'"`]],
  ['c_range', 'int4range', 'keyword', ["'[1,5)'", '"[1,5)"']],
  ['c_point', 'point', 'object', ["'(1.5,2)'", null]],
  ['c_integers', 'integer[]', 'array', ["'{1,NULL,3}'", '[1,null,3]'], ["'{}'", '[]']],
  ['c_texts', 'text[]', 'array', [`'{a,"b,c"}'`, '["a","b,c"]']],
  ['c_domain', 'positive', 'keyword', ['7', '"7"']], // DuckDB reads what it does not know as text
];

const mariaDb = [
  ['c_bool', 'boolean', 'boolean', ['true', 'true'], ['false', 'false']],
  ['c_tinyint', 'tinyint', 'byte', ['-128', '-128'], ['127', '127']],
  ['c_utinyint', 'tinyint unsigned', 'short', ['255', '255']],
  ['c_smallint', 'smallint', 'short', ['-32768', '-32768']],
  ['c_usmallint', 'smallint unsigned', 'integer', ['65535', '65535']],
  ['c_mediumint', 'mediumint', 'integer', ['-8388608', '-8388608']],
  ['c_umediumint', 'mediumint unsigned', 'integer|long', ['16777215', '16777215']],
  ['c_int', 'int', 'integer', ['-2147483648', '-2147483648']],
  ['c_uint', 'int unsigned', 'long', ['4294967295', '4294967295']],
  ['c_bigint', 'bigint', 'long', ['-9223372036854775808', '-9223372036854775808']],
  ['c_ubigint', 'bigint unsigned', 'unsigned_long', ['18446744073709551615', '18446744073709551615']],
  ['c_decimal', 'decimal(38, 10)', 'decimal', ['-1234567890123456789012345678.0123456789', '-1234567890123456789012345678.0123456789']],
  ['c_float', 'float', 'float', ['0.1', '0.1']],
  ['c_double', 'double', 'double', ['0.1', '0.1'], ['-1.7976931348623157e308', '-1.7976931348623157e+308|-1.7976931348623157e308']],
  ['c_bit1', 'bit(1)', 'boolean', ["b'1'", 'true']],
  ['c_bit12', 'bit(12)', null, ["b'101010101010'", null]],
  ['c_year', 'year', 'integer', ['2155', '2155']],
  ['c_date', 'date', 'date', ["'1000-01-01'", '"1000-01-01"'], ["'2024-02-29'", '"2024-02-29"']],
  ['c_time', 'time(6)', 'keyword', ["'23:59:59.999999'", '"23:59:59.999999"'], ["'-838:59:59'", '"-838:59:59"']], // a span of up to 35 days
  ['c_datetime', 'datetime(6)', 'timestamp', ["'2024-02-29 12:34:56.789'", '"2024-02-29 12:34:56.789"'], ["'9999-12-31 23:59:59'", '"9999-12-31 23:59:59"']],
  ['c_timestamp', 'timestamp(6) null', 'timestamp', ["'2024-02-29 12:34:56.000001'", '"2024-02-29 12:34:56.000001"']],
  ['c_char', 'char(5)', 'keyword', ["'ab'", '"ab"']],
  ['c_varchar', 'varchar(20) character set utf8mb4', 'keyword', ["'naïve €😀'", '"naïve €😀"'], ["''", '""']],
  ['c_text', 'longtext', 'keyword', [`'a"\\\\\\n\\t'`, '"a\\"\\\\\\n\\t"']],
  ['c_binary', 'binary(3)', 'binary', ["x'00ff10'", '"AP8Q"']],
  ['c_varbinary', 'varbinary(10)', 'binary', ["x'00ff10'", '"AP8Q"'], ["''", '""']],
  ['c_blob', 'longblob', 'binary', ["x'ff'", '"/w=="']],
  ['c_enum', "enum('small', 'large')", 'keyword', ["'large'", '"large"']],
  ['c_set', "set('a', 'b')", 'keyword', ["'a,b'", '"a,b"']],
  ['c_json', 'json', 'keyword', [`'{"a": [1, null]}'`, '"{\\"a\\": [1, null]}"']],
  ['c_uuid', 'uuid', 'keyword', ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"']],
  ['c_inet6', 'inet6', 'keyword', ["'2001:db8::1'", '"2001:db8::1"']],
];

/** A table a type, with its values and a null. */
const tables = (types) => types.map(([name, type, , ...values]) => `create table ${name} (i integer, v ${type});\ninsert into ${name} values ${[...values, ['null']].map(([literal], i) => `(${i}, ${literal})`).join(', ')};`).join('\n');

/** The values of `datarows` as their JSON text, so that no digit is lost to a parser. */
function cells(text) {
  const rows = text.slice(text.indexOf('"datarows":[') + 12, text.lastIndexOf('],"total"'));
  const found = [];
  for (let at = 0; at < rows.length; ) {
    let depth = 0;
    let quoted = false;
    const begin = at;
    do {
      const c = rows[at];
      if (quoted && c === '\\') at += 1;
      else if (c === '"') quoted = !quoted;
      else if (!quoted && '[{'.includes(c)) depth += 1;
      else if (!quoted && ']}'.includes(c)) depth -= 1;
      at += 1;
    } while (depth > 0);
    found.push(rows.slice(begin + 1, at - 1));
    at += 1;
  }
  return found;
}

for (const [title, connector, types, start, name] of [
  ['PostgreSQL', 'postgresql', postgreSql, startPostgreSql, (table) => `db.public.${table}`],
  ['MariaDB', 'mysql', mariaDb, startMariaDb, (table) => `db.${table}`],
]) {
  describe(`types of ${title}`, { timeout: 120_000 }, () => {
    let database, gateway;
    before(async () => {
      const setUp = connector === 'postgresql' ? "create type mood as enum ('sad', 'happy'); create domain positive as integer check (value > 0);\n" : '';
      [database, gateway] = await Promise.all([start({ sql: setUp + tables(types) }), startGateway()]);
      const { username, password, ...properties } = database.config;
      assert.equal((await curl(gateway.url, 'POST', base, { name: 'db', connector, properties, configuration: { credentials: { username, password } } })).status, 201);
    });
    after(() => Promise.all([database?.stop(), gateway?.stop()]));

    for (const [table, type, apiType, ...values] of types) {
      test(type, async () => {
        const reply = await curl(gateway.url, 'POST', '/_plugins/_sql', { query: `select v from ${name(table)} order by i` });
        assert.equal(reply.status, 200, reply.text);
        const { schema } = reply.json();
        if (apiType) assert.ok(apiType.split('|').includes(schema[0].type), `${type} came as ${schema[0].type}`);
        const got = cells(reply.text);
        assert.equal(got.length, values.length + 1);
        values.forEach(([literal, expected], i) => {
          if (expected !== null) assert.ok(expected === got[i] || expected.split('|').includes(got[i]), `${literal} came as ${got[i]}, not ${expected}`);
          else assert.notEqual(got[i], 'null', literal);
        });
        assert.equal(got.at(-1), 'null');
      });
    }
  });
}
