import { NativeSelect, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import type { Field } from 'datasource-sdk';

import type { DraftValue } from './draft';
import classes from './FieldInput.module.css';

interface Props {
  field: Field;
  /** The server holds a secret for it, which stays when the input is left empty. */
  stored?: boolean;
  value: DraftValue;
  error: string | undefined;
  onChange: (value: DraftValue) => void;
}

/** The input that suits a field of the catalogue. Its name is the field's path, by which the form finds it again. */
export function FieldInput({ field, stored = false, value, error, onChange }: Props) {
  const common = {
    name: field.path,
    label: field.title,
    description: field.help,
    error,
    required: field.required,
    // The browser's own messages would come before those of the SDK.
    withAsterisk: field.required,
  };
  const fallback = field.default === undefined ? undefined : String(field.default);
  const text = typeof value === 'string' ? value : '';
  switch (field.type) {
    case 'boolean':
      return (
        <Switch
          name={field.path}
          label={field.title}
          description={field.help}
          error={error}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          {...common}
          value={text}
          data={[
            ...(!field.choices?.some((choice) => choice.value === '') && (text === '' || fallback === undefined) ? [{ value: '', label: emptyTitle(field, fallback) }] : []),
            ...(field.choices ?? []).map((choice) => ({ value: choice.value, label: choice.title })),
          ]}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'secret':
      if (field.multiline) {
        return (
          <Textarea
            {...common}
            description={stored ? 'One is stored. Leave this empty to keep it, or paste a new one.' : field.help}
            withAsterisk={field.required && !stored}
            autoComplete="off"
            spellCheck={false}
            rows={4}
            classNames={{ input: classes.hidden ?? '' }}
            value={text}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        );
      }
      return (
        <PasswordInput
          {...common}
          description={error !== undefined ? undefined : stored ? 'One is stored. Leave this empty to keep it, or type a new one.' : field.help}
          required={field.required && !stored}
          withAsterisk={field.required && !stored}
          placeholder={stored ? '••••••••' : undefined}
          // The component says so to the eye only.
          aria-invalid={error !== undefined || undefined}
          autoComplete="new-password"
          value={text}
          visibilityToggleButtonProps={{ 'aria-label': `Show or hide ${field.title.toLowerCase()}` }}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          inputMode={field.type === 'port' || field.type === 'integer' ? 'numeric' : field.type === 'url' ? 'url' : 'text'}
          placeholder={field.placeholder ?? fallback}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

/** What the choice of nothing is called. */
function emptyTitle(field: Field, fallback: string | undefined): string {
  if (fallback !== undefined) return `Default (${titleOf(field, fallback)})`;
  return field.required ? 'Choose…' : 'Not set';
}

function titleOf(field: Field, value: string): string {
  return field.choices?.find((choice) => choice.value === value)?.title ?? value;
}
