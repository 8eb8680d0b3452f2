import type { Violation } from './types.js';

/** What went wrong, in the terms a caller acts on. */
export type ErrorKind =
  | 'invalid'
  | 'not_found'
  | 'conflict'
  | 'unauthorized'
  | 'forbidden'
  | 'disabled'
  | 'unsupported'
  | 'timeout'
  | 'cancelled'
  | 'connection'
  | 'server'
  | 'malformed';

export interface ErrorDetails {
  kind: ErrorKind;
  /** Plain words, complete without the other members. */
  message: string;
  /** The HTTP status, 0 when there was no reply. */
  status?: number;
  /** The server's own name for it, such as `DataSourceNotFoundException`. */
  type?: string;
  /** The field at fault when there is exactly one. */
  field?: string;
  /** Whether the same request may succeed later. */
  retryable?: boolean;
  violations?: readonly Violation[];
}

/** Every operation rejects with one of these. */
export class DataSourceError extends Error implements Required<ErrorDetails> {
  static {
    this.prototype.name = 'DataSourceError';
  }
  readonly kind: ErrorKind;
  readonly status: number;
  readonly type: string;
  readonly field: string;
  readonly retryable: boolean;
  readonly violations: readonly Violation[];

  constructor(details: ErrorDetails, cause?: unknown) {
    super(details.message, cause === undefined ? undefined : { cause });
    this.kind = details.kind;
    this.status = details.status ?? 0;
    this.type = details.type ?? '';
    this.field = details.field ?? '';
    this.retryable = details.retryable ?? false;
    this.violations = details.violations ?? [];
  }
}

/** A rule is broken; `violations` says which. Nothing was sent if the rule is known here. */
export class InvalidError extends DataSourceError {
  static {
    this.prototype.name = 'InvalidError';
  }
}

/** There is no data source, table or column of that name. */
export class NotFoundError extends DataSourceError {
  static {
    this.prototype.name = 'NotFoundError';
  }
}

/** The name is taken. */
export class ConflictError extends DataSourceError {
  static {
    this.prototype.name = 'ConflictError';
  }
}

/** No complete exchange with the server took place. */
export class ConnectionError extends DataSourceError {
  static {
    this.prototype.name = 'ConnectionError';
  }
}

/** The caller's signal, or closing the client, ended it. */
export class CancelledError extends DataSourceError {
  static {
    this.prototype.name = 'CancelledError';
  }
}

const classes: Partial<Record<ErrorKind, typeof DataSourceError>> = {
  invalid: InvalidError,
  not_found: NotFoundError,
  conflict: ConflictError,
  connection: ConnectionError,
  cancelled: CancelledError,
};

/** The error of its kind's class. */
export function errorOf(details: ErrorDetails, cause?: unknown): DataSourceError {
  return new (classes[details.kind] ?? DataSourceError)(details, cause);
}
