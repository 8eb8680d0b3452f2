import type { Connector, DataSourceInput, Field } from 'datasource-sdk';

/** What a form holds: by the field's path in the request body, as it was typed. */
export type Draft = Readonly<Record<string, DraftValue>>;
export type DraftValue = string | boolean;

/** The fields that every source has, whatever its connector. */
export const commonPaths = ['name', 'description'] as const;

/** A draft with the catalogue's defaults. */
export function emptyDraft(connector: Connector): Draft {
  const draft: Record<string, DraftValue> = { name: '', description: '' };
  for (const field of connector.fields) draft[field.path] = initialValue(field);
  return draft;
}

function initialValue(field: Field): DraftValue {
  if (field.type === 'boolean') return field.default === true || field.default === 'true';
  return field.default === undefined ? '' : String(field.default);
}

/** The data source that a draft stands for. Whether it is valid is for the SDK to say: text that is no number stays text. */
export function toDataSource(draft: Draft, connector: Connector): DataSourceInput {
  const source: DataSourceInput = { name: textOf(draft['name']), connector: connector.id, properties: {} };
  const description = textOf(draft['description']).trim();
  if (description !== '') source.description = description;
  for (const field of connector.fields) {
    const value = draft[field.path];
    if (value === undefined || value === '') continue;
    place(source as unknown as Record<string, unknown>, field.path.split('.'), typed(field, value));
  }
  return source;
}

/** Numbers are written as numbers where nothing of what was typed would be lost. */
function typed(field: Field, value: DraftValue): DraftValue | number {
  if ((field.type !== 'port' && field.type !== 'integer') || typeof value !== 'string') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) && String(number) === value.trim() ? number : value;
}

function place(target: Record<string, unknown>, [head = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const child = (target[head] ?? {}) as Record<string, unknown>;
  target[head] = child;
  place(child, rest, value);
}

function textOf(value: DraftValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
