/** A number as it was written: JavaScript's own would lose digits. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Json = null | boolean | string | ExactNumber | readonly Json[] | { readonly [key: string]: Json };

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/** Reads JSON with exact numbers; undefined when it is none, or when this browser cannot say how its large numbers were written. */
export function readJson(text: string): Json | undefined {
  let exact = true;
  const revive: Reviver = (_, value, context) => {
    if (typeof value !== 'number') return value;
    exact &&= context?.source !== undefined || Number.isSafeInteger(value) || !/\d{16}/.test(text);
    return new ExactNumber(context?.source ?? String(value));
  };
  try {
    const value = JSON.parse(text, revive as (key: string, value: unknown) => unknown) as Json;
    return exact ? value : undefined;
  } catch {
    return undefined;
  }
}
