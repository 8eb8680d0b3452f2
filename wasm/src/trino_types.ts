import type { OperationOptions, ParameterValue, Progress } from './types.js';

/** How far a statement is. */
export interface TrinoStats {
  /** `QUEUED`, `PLANNING`, `RUNNING`, `FINISHED`, `FAILED` and others. */
  state: string;
  /** 0 to 100; grows as splits are known and done. */
  progress: number;
  /** Pieces of work that are known so far. */
  totalSplits: number;
  /** Of these, how many are done. */
  completedSplits: number;
  /** Read from the sources. */
  processedRows: number;
  /** Read from the sources. */
  processedBytes: number;
  /** Milliseconds since the statement came. */
  elapsedMs: number;
  /** Of that, milliseconds before it began. */
  queuedMs: number;
  /** On all nodes together. */
  peakMemoryBytes: number;
}

/** What statements are run with: what `connect` was given, and what `USE`, `SET SESSION` and others have made of it. */
export interface TrinoSession {
  /** Who runs statements. */
  user: string;
  /** The program, for Trino's own lists and resource groups. */
  source: string;
  /** Of names that do not say theirs; empty: each has to. */
  catalog: string;
  /** The same for schemas. */
  schema: string;
  /** What `current_timestamp` is told in. */
  timeZone: string;
  /** Shown beside the query. */
  clientInfo: string;
  /** For resource groups. */
  clientTags: readonly string[];
  /** Session properties by name, such as `join_distribution_type`. */
  properties: Readonly<Record<string, string>>;
  /** Role by catalog, as `SET ROLE` gave it. */
  roles: Readonly<Record<string, string>>;
  /** Statements of PREPARE, by name. */
  prepared: Readonly<Record<string, string>>;
}

/** What the rows may come as that Trino keeps beside its replies: JSON packed by Zstandard, or JSON. */
export type TrinoEncoding = 'json+zstd' | 'json';

/** Unpacks bytes of Zstandard that unpack to `size`. What it throws ends the statement. */
export type TrinoUnpack = (packed: Uint8Array<ArrayBuffer>, size: number) => Uint8Array | Promise<Uint8Array>;

/** What a statement is doing. */
export interface TrinoProgress extends Progress {
  /** How far it is on the server, as of the last reply; undefined before the first. */
  stats: TrinoStats | undefined;
}

/** What each statement takes last. */
export interface TrinoQueryOptions extends Omit<OperationOptions, 'onProgress'> {
  /** One for each `?`, in order. */
  parameters?: readonly ParameterValue[] | undefined;
  /** Called with every change of state, and with every part of a reply that arrives. What it throws ends the statement. */
  onProgress?: ((progress: TrinoProgress) => void) | undefined;
}
