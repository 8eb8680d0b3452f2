import type { Connector, DataSource, DataSourceInput, Field, PropertyValue } from 'datasource-sdk';

import { enginesOf, engineTitle } from '../engines';

/** What a form holds: by the field's path in the request body, as it was typed. */
export type Draft = Readonly<Record<string, DraftValue>>;
export type DraftValue = string | boolean;

/** The fields that every source has, whatever its connector. */
export const commonPaths = ['name', 'description', 'allowedRoles'] as const;

/** What a read shows in place of a secret; sent back, it keeps the stored one. */
const mask = '******';

export const endpointPath = 'configuration.endpoint';

const endpoint: Field = {
  // No connector's own: that of an S3 store is another thing.
  key: 'configuration.endpoint',
  path: endpointPath,
  title: 'Endpoint',
  type: 'text',
  group: 'connection',
  required: false,
  secret: false,
};

/** Where there are engines to choose from, which one reads the source; and where one is chosen that is not here any more. */
function engineFields(connector: Connector, stored?: DataSource): readonly Field[] {
  const engines = enginesOf(connector);
  const chosen = stored?.engine;
  if (engines.length < 2 && chosen === undefined) return [];
  const all = chosen === undefined || engines.includes(chosen) ? engines : [...engines, chosen];
  return [
    {
      key: 'engine',
      path: 'engine',
      title: 'Engine',
      type: 'choice',
      group: 'advanced',
      required: false,
      secret: false,
      help: 'What reads it. One statement runs on one engine: sources that are joined need the same one.',
      choices: [{ value: '', title: 'Automatic' }, ...all.map((value) => ({ value, title: engineTitle(value) }))],
    },
  ];
}

/**
 * The fields of a form: the connector's, and for a stored source also what it has besides: an endpoint in place of host and port, and
 * properties that the catalogue spells otherwise. Nothing that is stored is out of sight, and nothing gets lost by saving.
 */
export function fieldsOf(connector: Connector, stored?: DataSource, byEndpoint = false): readonly Field[] {
  return [...connectorFields(connector, stored, byEndpoint), ...engineFields(connector, stored)];
}

function connectorFields(connector: Connector, stored: DataSource | undefined, byEndpoint: boolean): readonly Field[] {
  if (stored === undefined) return byEndpoint ? fieldsBesideEndpoint(connector) : connector.fields;
  const known = new Set(connector.fields.map(({ path }) => path));
  const others = Object.keys(stored.properties)
    .map((key): Field => ({ key, path: `properties.${key}`, title: key, type: 'text', group: 'advanced', required: false, secret: false }))
    .filter(({ path }) => !known.has(path));
  if (!stored.configuration?.endpoint) return [...connector.fields, ...others];
  // The endpoint may say what the catalogue asks for.
  return [endpoint, ...connector.fields.map((field) => (field.group === 'connection' ? { ...field, required: false } : field)), ...others];
}

/** The fields of a new source that is reached by an endpoint: it says what would be asked for, and may hold credentials. */
function fieldsBesideEndpoint({ fields, endpoints = [] }: Connector): readonly Field[] {
  const said = ({ group, type, required }: Field) => group === 'connection' && (required || type === 'host' || type === 'port');
  const [placeholder, ...others] = endpoints;
  const asked: Field = {
    ...endpoint,
    required: true,
    ...(placeholder === undefined ? {} : { placeholder }),
    help: others.length === 0 ? 'Credentials in it are moved to where they are kept encrypted.' : `Or ${others.join(', ')}. Credentials in it are moved to where they are kept encrypted.`,
  };
  return [asked, ...fields.filter((field) => !said(field)).map((field) => ({ ...field, required: false }))];
}

/**
 * The fields that the draft has a use for, the required ones marked: a token's field is there once a token is what signs in. Fields that
 * hold something are never out of sight.
 */
export function fieldsInUse(fields: readonly Field[], { requirements = [] }: Connector, draft: Draft, stored?: DataSource): readonly Field[] {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const saidOf = (key: string) => String(draft[byKey.get(key)?.path ?? ''] ?? '').toLowerCase();
  return fields.flatMap((field): Field[] => {
    const needed = requirements.some((each) => each.value !== undefined && each.needs.includes(field.key) && saidOf(each.field) === each.value.toLowerCase());
    if (needed) return [{ ...field, required: true }];
    const { onlyWhen } = field;
    // What is not asked for is not known to say otherwise: an endpoint stands for some fields.
    const used = onlyWhen === undefined || !byKey.has(onlyWhen.field) || onlyWhen.values.includes(saidOf(onlyWhen.field));
    const typed = draft[field.path] ?? '';
    const held = (typed !== '' && typed !== initialValue(field)) || (stored !== undefined && isGiven(field, stored));
    return used || held ? [field] : [];
  });
}

/** A draft with the catalogue's defaults. */
export function emptyDraft(connector: Connector): Draft {
  const draft: Record<string, DraftValue> = { name: '', description: '', allowedRoles: '' };
  for (const field of fieldsOf(connector)) draft[field.path] = initialValue(field);
  return draft;
}

/** A draft of what is stored and what follows from it. Secrets stay where they are: their inputs are empty. */
export function draftOf(source: DataSource, connector: Connector, fields = fieldsOf(connector, source)): Draft {
  const draft: Record<string, DraftValue> = {
    name: source.name,
    description: source.description,
    allowedRoles: source.allowedRoles.join(', '),
  };
  for (const field of fields) {
    const value = valueAt(source, field.path) ?? impliedValue(field, connector, source);
    if (field.type === 'boolean') draft[field.path] = value === undefined ? initialValue(field) : value === true || value === 'true';
    else draft[field.path] = value === undefined || field.secret ? '' : String(value);
  }
  return draft;
}

/** Whether the server holds anything for this field. */
export function isGiven(field: Field, stored: DataSource): boolean {
  return valueAt(stored, field.path) !== undefined;
}

/** Whether the server holds a secret for this field. */
export function isStored(field: Field, stored: DataSource | undefined): boolean {
  return field.secret && stored !== undefined && valueAt(stored, field.path) === mask;
}

/** The data source that a draft stands for. Whether it is valid is for the SDK to say: text that is no number stays text. */
export function toDataSource(draft: Draft, connector: Connector, stored?: DataSource, byEndpoint = false): DataSourceInput {
  const source: DataSourceInput = { name: textOf(draft['name']), connector: connector.id, properties: {} };
  const description = textOf(draft['description']).trim();
  if (description !== '') source.description = description;
  const roles = textOf(draft['allowedRoles'])
    .split(',')
    .map((role) => role.trim())
    .filter(Boolean);
  if (roles.length > 0) source.allowedRoles = roles;
  if (stored !== undefined) {
    source.status = stored.status;
    if (stored.resultIndex !== undefined) source.resultIndex = stored.resultIndex;
  }
  for (const field of fieldsInUse(fieldsOf(connector, stored, byEndpoint), connector, draft, stored)) {
    const value = draft[field.path];
    const before = stored === undefined ? undefined : valueAt(stored, field.path);
    if (value === undefined || value === '') {
      if (isStored(field, stored)) place(source, membersOf(field.path), mask);
      continue;
    }
    // What was not stored and is not changed stays unsaid: another property may say it in other words.
    if ((stored !== undefined || byEndpoint) && before === undefined && value === (impliedValue(field, connector, stored) ?? initialValue(field))) continue;
    place(source, membersOf(field.path), before !== undefined && String(before) === value ? before : typed(field, value));
  }
  return source;
}

/** What other fields that are stored say of this one. */
function impliedValue(field: Field, { fields, implications = [] }: Connector, stored: DataSource | undefined): string | undefined {
  const given = (key: string) => stored !== undefined && fields.some((other) => other.key === key && isGiven(other, stored));
  return implications.find((implication) => implication.field === field.key && given(implication.given))?.value;
}

function initialValue(field: Field): DraftValue {
  if (field.type === 'boolean') return field.default === true || field.default === 'true';
  return field.default === undefined ? '' : String(field.default);
}

/** Numbers are written as numbers where nothing of what was typed would be lost. */
function typed(field: Field, value: DraftValue): PropertyValue {
  if ((field.type !== 'port' && field.type !== 'integer') || typeof value !== 'string') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) && String(number) === value.trim() ? number : value;
}

/** The members on the way to a field. A property's key may have dots of its own: `properties.prometheus.uri` is the property `prometheus.uri`. */
function membersOf(path: string): string[] {
  const properties = 'properties.';
  return path.startsWith(properties) ? ['properties', path.slice(properties.length)] : path.split('.');
}

function valueAt(source: object, path: string): PropertyValue | undefined {
  let value: unknown = source;
  for (const key of membersOf(path)) value = (value as Record<string, unknown> | undefined)?.[key];
  return value === null || value === '' ? undefined : (value as PropertyValue | undefined);
}

function place(target: object, [head = '', ...rest]: string[], value: PropertyValue): void {
  const members = target as Record<string, unknown>;
  if (rest.length === 0) members[head] = value;
  else place((members[head] ??= {}) as object, rest, value);
}

function textOf(value: DraftValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
