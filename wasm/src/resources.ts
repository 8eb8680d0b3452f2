import type { Runner } from './runner.js';
import type { Labels } from './series.js';
import type { OperationOptions } from './types.js';

/** Parameters of a resource, by Prometheus's names: `{ start: 1795486000, limit: 10, 'match[]': ['up', 'down'] }`. */
export type ResourceParameters = Record<string, string | number | readonly (string | number)[]>;

/** What a metric is, as the program that exports it says. */
export interface MetricMetadata {
  /** `counter`, `gauge`, `histogram`, `summary`, … */
  type: string;
  /** What it measures, in words. */
  help: string;
  /** Its unit; often empty. */
  unit: string;
}

/** An alert that is pending or firing. */
export interface Alert {
  /** What it is about. */
  labels: Labels;
  /** What people should read. */
  annotations: Labels;
  /** `pending` or `firing`. */
  state: string;
  /** RFC 3339. */
  activeAt: string;
  /** The value that raised it, as text. */
  value: string;
}

/** A recording or alerting rule. */
export interface Rule {
  /** The rule's name, or the metric that it records. */
  name: string;
  /** Its expression. */
  query: string;
  /** `recording` or `alerting`. */
  type: string;
  /** `ok`, `err` or `unknown`. */
  health: string;
  /** Of an alerting rule: `inactive`, `pending` or `firing`. */
  state: string;
  /** Labels that it adds. */
  labels: Labels;
  /** Annotations that its alerts get. */
  annotations: Labels;
  /** Its alerts now. */
  alerts: Alert[];
}

/** Rules that are evaluated together. */
export interface RuleGroup {
  /** The group's name. */
  name: string;
  /** Where it is defined, on the source's machine. */
  file: string;
  /** Seconds between evaluations. */
  interval: number;
  /** The rules, in order. */
  rules: Rule[];
}

/** What a source of time series knows about itself; `client.resources('metrics')`. */
export class DirectResources {
  readonly #runner: Runner;
  readonly #source: string;

  /** @internal */
  constructor(runner: Runner, source: string) {
    this.#runner = runner;
    this.#source = source;
  }

  /** The names of all labels. */
  labels(parameters?: ResourceParameters, options?: OperationOptions): Promise<string[]> {
    return this.#get({ resource: 'labels' }, parameters, options);
  }

  /** The values of one label. */
  labelValues(label: string, parameters?: ResourceParameters, options?: OperationOptions): Promise<string[]> {
    return this.#get({ resource: 'label_values', label }, parameters, options);
  }

  /** The metrics. Programs may disagree about one, so each has a list. */
  metadata(parameters?: ResourceParameters, options?: OperationOptions): Promise<Record<string, MetricMetadata[]>> {
    return this.#get({ resource: 'metadata' }, parameters, options);
  }

  /** The series that one selector or more match, such as `up` or `{job="prometheus"}`. */
  series(
    match: string | readonly string[],
    parameters?: ResourceParameters,
    options?: OperationOptions,
  ): Promise<Labels[]> {
    return this.#get({ resource: 'series' }, { ...parameters, 'match[]': match }, options);
  }

  /** The alerts that are pending or firing. */
  alerts(options?: OperationOptions): Promise<Alert[]> {
    return this.#get({ resource: 'alerts' }, undefined, options);
  }

  /** The rules, by group. */
  rules(options?: OperationOptions): Promise<RuleGroup[]> {
    return this.#get({ resource: 'rules' }, undefined, options);
  }

  #get<T>(call: object, parameters: ResourceParameters = {}, options?: OperationOptions): Promise<T> {
    const pairs = Object.entries(parameters).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, String(value)]),
    );
    return this.#runner.run({ operation: 'resource', name: this.#source, ...call, parameters: pairs }, options);
  }
}
