// The table of systems in README.md, from what a run of the tests proved (build/scoreboard).
//
// usage: node tools/scoreboard.mjs [--write]     prints the table, or writes it into README.md

import { readFileSync, writeFileSync } from 'node:fs';

import { scoreboard } from '../tests/support/scoreboard.mjs';

const readme = new URL('../README.md', import.meta.url);
const begin = '<!-- systems: made by tools/scoreboard.mjs -->\n';
const end = '<!-- /systems -->\n';

const engines = [
  { id: 'duckdb', title: 'Embedded DuckDB' },
  { id: 'trino', title: 'Trino' },
];

/** The nine of the documents, then the others. `none`: engines that a gateway does not offer it on. */
const systems = [
  { connector: 'mysql', title: 'MySQL, MariaDB', none: [] },
  { connector: 'postgresql', title: 'PostgreSQL', none: [] },
  { connector: 'sqlserver', title: 'SQL Server', none: [] },
  { connector: 's3', title: 'Amazon S3 and stores with its API', none: [] },
  { connector: 'bigquery', title: 'Google BigQuery', none: [] },
  { connector: 'snowflake', title: 'Snowflake', none: [] },
  { connector: 'prometheus', title: 'Prometheus', none: [] },
  { connector: 'influxdb', title: 'InfluxDB', none: ['trino'] },
  { connector: 'mongodb', title: 'MongoDB', none: [] },
  { connector: 'opensearch', title: 'OpenSearch indexes', none: [] },
  { connector: 'sqlite', title: 'SQLite files', none: ['trino'] },
  { connector: 'files', title: 'Parquet, CSV, JSON files', none: ['trino'] },
];

const cell = (proofs, engine, { connector, none }) => {
  const against = proofs[engine]?.[connector];
  return against ? `yes (${against})` : none.includes(engine) ? 'no' : 'not proved';
};

/** The cells of the table: connector -> engine -> text. */
export function cells(proofs = scoreboard()) {
  return Object.fromEntries(systems.map((each) => [each.connector, Object.fromEntries(engines.map(({ id }) => [id, cell(proofs, id, each)]))]));
}

/** The cells that README.md has. */
export function writtenCells() {
  const text = readFileSync(readme, 'utf8');
  const table = text.slice(text.indexOf(begin) + begin.length, text.indexOf(end));
  const rows = table.split('\n').filter((line) => line.includes('`'));
  return Object.fromEntries(
    rows.map((line) => {
      const [, connector, ...rest] = line.split('|').slice(1, -1).map((part) => part.trim());
      return [connector.replaceAll('`', ''), Object.fromEntries(engines.map(({ id }, i) => [id, rest[i]]))];
    }),
  );
}

function table() {
  const found = cells();
  const lines = [
    `| System | Connector | ${engines.map(({ title }) => title).join(' | ')} |`,
    `|---|---|${engines.map(() => '---|').join('')}`,
    ...systems.map(({ connector, title }) => `| ${title} | \`${connector}\` | ${engines.map(({ id }) => found[connector][id]).join(' | ')} |`),
  ];
  return `${lines.join('\n')}\n`;
}

if (import.meta.filename === process.argv[1]) {
  if (process.argv[2] === '--write') {
    const text = readFileSync(readme, 'utf8');
    writeFileSync(readme, text.slice(0, text.indexOf(begin) + begin.length) + table() + text.slice(text.indexOf(end)));
  } else {
    process.stdout.write(table());
  }
}
