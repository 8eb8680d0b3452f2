import type { Connector, DataSource } from 'datasource-sdk';

import { draftOf, fieldsOf, isStored } from './draft';

/** A field that two versions of a source do not share. */
export interface Difference {
  title: string;
  before: string;
  after: string;
}

/** What makes `after` another source than `before`, in the words of the form. Secrets cannot be compared: reads do not show them. */
export function differences(before: DataSource, after: DataSource, connector: Connector): Difference[] {
  const common = [
    { path: 'description', title: 'Description' },
    { path: 'allowedRoles', title: 'Roles' },
  ];
  const fields = new Map([...fieldsOf(connector, before), ...fieldsOf(connector, after)].map((field) => [field.path, field]));
  const all = [...fields.values()];
  const [one, other] = [draftOf(before, connector, all), draftOf(after, connector, all)];
  const found = [...common, ...all].map(({ path, title }) => ({ title, before: textOf(one[path]), after: textOf(other[path]) }));
  for (const field of all.filter(({ secret }) => secret)) {
    found.push({ title: field.title, before: isStored(field, before) ? 'stored' : '', after: isStored(field, after) ? 'stored' : '' });
  }
  found.push({ title: 'Status', before: before.status.toLowerCase(), after: after.status.toLowerCase() });
  return found.filter((each) => each.before !== each.after);
}

function textOf(value: string | boolean | undefined): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : (value ?? '');
}
