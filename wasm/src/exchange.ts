import { DataSourceError, errorOf } from './errors.js';
import { loadModule } from './load.js';
import type { Module, Operation, SendStep, Step } from './module.js';

/** A call of one operation, see bindings/call.hpp. */
export interface Call {
  operation: string;
  name?: string;
  source?: object;
  text?: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Carries out an operation: the twin, with await, of the blocking driver in operation/drive.hpp. */
export async function run<T>(call: object, fetch: Fetch, signal: AbortSignal): Promise<{ value: T; module: Module }> {
  const module = await loadModule();
  const operation = module.operation(call);
  try {
    let step = operation.start();
    let cause: unknown;
    while (true) {
      if ('done' in step) return { value: step.done as T, module };
      if ('error' in step) throw errorOf(step.error, cause);
      if (!signal.aborted) {
        if ('send' in step) {
          const sent = await send(operation, step.send, fetch, signal);
          if (sent.step) step = sent.step;
          cause = sent.cause;
        } else {
          await wait(step.wait, signal);
          if (!signal.aborted) step = operation.elapsed();
        }
      }
      if (signal.aborted && !('done' in step)) {
        step = stop(operation, signal);
        cause = signal.reason;
      }
    }
  } finally {
    operation.free();
  }
}

interface Sent {
  /** Absent when the signal ended it. */
  step?: Step;
  cause?: unknown;
}

async function send(operation: Operation, request: SendStep, fetch: Fetch, signal: AbortSignal): Promise<Sent> {
  let status = 0;
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      // A GET must not have one.
      ...(request.body === '' ? {} : { body: request.body }),
      signal,
      cache: 'no-store',
      // Following would turn a POST into a GET, and take credentials to where they do not belong.
      redirect: 'manual',
    });
    status = response.status;
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
      await response.body?.cancel();
      return { step: operation.failure('server', 'the server redirects to another address; use that one as the URL') };
    }
    if (!(await receive(operation, response))) {
      return { step: operation.failure('unsupported', 'the reply is longer than 1 GiB; ask for fewer rows') };
    }
    return { step: operation.reply(status, [...response.headers]) };
  } catch (error) {
    if (signal.aborted) return {};
    if (error instanceof DataSourceError) throw error;
    const what = status === 0 ? 'could not be reached' : 'broke the connection off in the middle of its reply';
    return {
      step: operation.failure('connection', `the server at ${new URL(request.url).origin} ${what}${reason(error)}`),
      cause: error,
    };
  }
}

/** Node.js says what happened in the cause; browsers do not say. */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return '';
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const text = cause.message || code;
  return text === '' ? '' : `: ${text}`;
}

/** Writes the body into the module's memory as it arrives. False when it is too long. */
async function receive(operation: Operation, response: Response): Promise<boolean> {
  // With a content encoding this is the size before decoding; then it is only a hint.
  operation.expectBody(Number(response.headers.get('content-length') ?? 0) || 0);
  if (!response.body) return true;
  const reader = response.body.getReader();
  while (true) {
    const { done, value } = await reader.read();
    if (done) return true;
    if (!operation.appendBody(value)) {
      await reader.cancel();
      return false;
    }
  }
}

function stop(operation: Operation, signal: AbortSignal): Step {
  const reason: unknown = signal.reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return timedOut ? operation.failure('timeout', 'it took longer than its time-out') : operation.cancelled();
}

/** Until the time is over or the signal is aborted. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
