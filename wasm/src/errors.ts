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

/** A place in a statement. */
export interface Location {
  /** From 1. */
  line: number;
  /** Of a character in that line, from 1. */
  column: number;
}

/** The members of an error. */
export interface ErrorDetails {
  /** What went wrong, in the terms a caller acts on. */
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
  /** All broken rules, of kind `invalid`. */
  violations?: readonly Violation[];
  /** Where in the statement the fault is, when Trino says so. */
  location?: Location | undefined;
}

/** Every operation rejects with one of these; each kind has a class of its own. */
export class DataSourceError extends Error implements Required<Omit<ErrorDetails, 'location'>> {
  static {
    this.prototype.name = 'DataSourceError';
  }
  /** What went wrong, in the terms a caller acts on. */
  readonly kind: ErrorKind;
  /** The HTTP status, 0 when there was no reply. */
  readonly status: number;
  /** The server's own name for it, such as `DataSourceNotFoundException`; may be empty. */
  readonly type: string;
  /** The field at fault when there is exactly one; otherwise empty. */
  readonly field: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** All broken rules, of kind `invalid`. */
  readonly violations: readonly Violation[];

  /** Where in the statement the fault is, when Trino says so. */
  readonly location: Location | undefined;

  /** @internal */
  constructor(details: ErrorDetails, cause?: unknown) {
    super(details.message, cause === undefined ? undefined : { cause });
    this.kind = details.kind;
    this.status = details.status ?? 0;
    this.type = details.type ?? '';
    this.field = details.field ?? '';
    this.retryable = details.retryable ?? false;
    this.violations = details.violations ?? [];
    this.location = details.location;
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

/** Credentials are missing or wrong. */
export class UnauthorizedError extends DataSourceError {
  static {
    this.prototype.name = 'UnauthorizedError';
  }
}

/** The caller may not do this. */
export class ForbiddenError extends DataSourceError {
  static {
    this.prototype.name = 'ForbiddenError';
  }
}

/** The data source is DISABLED. */
export class DisabledError extends DataSourceError {
  static {
    this.prototype.name = 'DisabledError';
  }
}

/** Nothing here can do it; the message names what could. */
export class UnsupportedError extends DataSourceError {
  static {
    this.prototype.name = 'UnsupportedError';
  }
}

/** It took longer than its limit. */
export class TimeoutError extends DataSourceError {
  static {
    this.prototype.name = 'TimeoutError';
  }
}

/** The caller's signal, or closing the client, ended it. */
export class CancelledError extends DataSourceError {
  static {
    this.prototype.name = 'CancelledError';
  }
}

/** No complete exchange with the server took place. */
export class ConnectionError extends DataSourceError {
  static {
    this.prototype.name = 'ConnectionError';
  }
}

/** The server failed. */
export class ServerError extends DataSourceError {
  static {
    this.prototype.name = 'ServerError';
  }
}

/** The reply is not what the protocol says; the message has the place. */
export class MalformedError extends DataSourceError {
  static {
    this.prototype.name = 'MalformedError';
  }
}

const classes: Record<ErrorKind, typeof DataSourceError> = {
  invalid: InvalidError,
  not_found: NotFoundError,
  conflict: ConflictError,
  unauthorized: UnauthorizedError,
  forbidden: ForbiddenError,
  disabled: DisabledError,
  unsupported: UnsupportedError,
  timeout: TimeoutError,
  cancelled: CancelledError,
  connection: ConnectionError,
  server: ServerError,
  malformed: MalformedError,
};

/** The error of its kind's class. */
export function errorOf(details: ErrorDetails, cause?: unknown): DataSourceError {
  return new (classes[details.kind] ?? DataSourceError)(details, cause);
}
