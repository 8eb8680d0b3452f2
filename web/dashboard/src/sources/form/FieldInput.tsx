import { NativeSelect, PasswordInput, Switch, TextInput } from '@mantine/core';
import type { Field } from 'datasource-sdk';

import type { DraftValue } from './draft';

interface Props {
  field: Field;
  value: DraftValue;
  error: string | undefined;
  onChange: (value: DraftValue) => void;
}

/** The input that suits a field of the catalogue. Its name is the field's path, by which the form finds it again. */
export function FieldInput({ field, value, error, onChange }: Props) {
  const common = {
    name: field.path,
    label: field.title,
    description: field.help,
    error,
    required: field.required,
    // The browser's own messages would come before those of the SDK.
    withAsterisk: field.required,
  };
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
            ...(field.default === undefined ? [{ value: '', label: '' }] : []),
            ...(field.choices ?? []).map((choice) => ({ value: choice.value, label: choice.title })),
          ]}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'secret':
      return (
        <PasswordInput
          {...common}
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
          inputMode={field.type === 'port' || field.type === 'integer' ? 'numeric' : 'text'}
          placeholder={field.placeholder}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
