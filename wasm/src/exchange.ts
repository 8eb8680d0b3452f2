import { errorOf } from './errors.js';
import type { Operation, SendStep, Step, UnpackStep } from './module.js';
import type { Progress } from './types.js';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What carries an operation out, and who watches. */
export interface Driver {
  fetch: Fetch;
  signal: AbortSignal;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** The operation says what to do next. */
  onStep?: ((step: Step) => void) | undefined;
  /** Carries out the steps that ask to unpack; needed for operations that have such. */
  unpack?: ((operation: Operation, step: UnpackStep) => Promise<Step>) | undefined;
  /** A reply begins. */
  onHead?: ((headers: Headers) => void) | undefined;
  /** More of a reply of status 2xx is there. */
  onBody?: (() => void) | undefined;
}

/** How long an operation that was stopped may take to end its work on the server. */
const farewell = 5_000;

/**
 * Carries out an operation: the twin, with await, of the blocking driver in operation/drive.hpp. A stop is told to the
 * operation once; what it then still wants to do, such as to end a query on the server, is carried out.
 */
export async function drive<T>(operation: Operation, driver: Driver): Promise<T> {
  const { fetch, signal, onProgress, onStep, unpack, onHead, onBody } = driver;
  let listeningTo = signal;
  let stopped = false;
  let requests = 0;
  let cause: unknown;
  let step = operation.start();
  const notify = (progress: Partial<Progress> & Pick<Progress, 'state'>) =>
    onProgress?.({ requests, bytesReceived: 0, bytesTotal: undefined, delay: undefined, ...progress });
  while (true) {
    onStep?.(step);
    if ('done' in step) return step.done as T;
    if ('error' in step) throw errorOf(step.error, cause);
    if (!signal.aborted || stopped) {
      if ('send' in step) {
        ++requests;
        const sent: Sent = await send(operation, step.send, fetch, listeningTo, notify, onHead, onBody);
        if (!stopped) cause = sent.cause;
        if (sent.step) step = sent.step;
        else if (stopped) step = operation.failure('timeout', 'the server did not answer in time');
      } else if ('unpack' in step) {
        step = unpack ? await unpack(operation, step.unpack) : operation.failure('unsupported', 'nothing here unpacks it');
      } else {
        notify({ state: step.until === 'retry' ? 'retrying' : 'polling', delay: step.wait });
        await wait(step.wait, listeningTo);
        if (!listeningTo.aborted || stopped) step = operation.elapsed();
      }
    }
    if (signal.aborted && !stopped && !('done' in step)) {
      stopped = true;
      step = stop(operation, signal);
      cause = signal.reason;
      listeningTo = AbortSignal.timeout(farewell);
    }
  }
}

interface Sent {
  /** Absent when the signal ended it. */
  step?: Step;
  cause?: unknown;
}

type Notify = (progress: Partial<Progress> & Pick<Progress, 'state'>) => void;

async function send(
  operation: Operation,
  request: SendStep,
  fetch: Fetch,
  signal: AbortSignal,
  notify: Notify,
  onHead: Driver['onHead'],
  onBody: Driver['onBody'],
): Promise<Sent> {
  const failed = (what: string, error: unknown): Sent => {
    if (signal.aborted) return {};
    const message = `the server at ${new URL(request.url).origin} ${what}${reason(error)}`;
    return { step: operation.failure('connection', message), cause: error };
  };
  notify({ state: 'sending' });
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      // A GET must not have one.
      ...(request.body === '' ? {} : { body: request.body }),
      signal,
      // Of a request that must not come from the platform's cache, servers are told so too (`no-cache`), and would not
      // look into theirs. Replies to a POST are in no platform's cache.
      cache: request.method === 'POST' ? 'default' : 'no-store',
      // Following would turn a POST into a GET, and take credentials to where they do not belong.
      redirect: 'manual',
    });
  } catch (error) {
    return failed('could not be reached', error);
  }
  // Of this one a browser shows neither status nor address; others are the operation's to judge.
  if (response.type === 'opaqueredirect') {
    return { step: operation.failure('server', 'the server redirects to another address; use that one as the URL') };
  }
  onHead?.(response.headers);
  const outcome = await receive(operation, response, notify, response.ok ? onBody : undefined);
  if (outcome === 'too long')
    return { step: operation.failure('unsupported', 'the reply is longer than 1 GiB; ask for fewer rows') };
  if (outcome !== 'whole') return failed('broke the connection off in the middle of its reply', outcome.error);
  return { step: operation.reply(response.status, [...response.headers]) };
}

/** Node.js says what happened in the cause; browsers do not say. */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return '';
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const text = cause.message || code;
  return text === '' ? '' : `: ${text}`;
}

/** Writes the body into the module's memory as it arrives. */
async function receive(
  operation: Operation,
  response: Response,
  notify: Notify,
  onBody: Driver['onBody'],
): Promise<'whole' | 'too long' | { error: unknown }> {
  // With a content encoding this is the size before decoding; then it is only a hint.
  const announced = Number(response.headers.get('content-length') ?? 0) || 0;
  const total = announced > 0 && !response.headers.has('content-encoding') ? announced : undefined;
  operation.expectBody(announced);
  notify({ state: 'receiving', bytesTotal: total });
  const reader = response.body?.getReader();
  if (!reader) return 'whole';
  let bytesReceived = 0;
  let whole = false;
  try {
    while (true) {
      const part = await reader.read().catch((error: unknown) => ({ error }));
      if ('error' in part) return part;
      if (part.done) {
        whole = true;
        return 'whole';
      }
      if (!operation.appendBody(part.value)) return 'too long';
      bytesReceived += part.value.length;
      onBody?.();
      notify({ state: 'receiving', bytesReceived, bytesTotal: total && total >= bytesReceived ? total : undefined });
    }
  } finally {
    if (!whole) await reader.cancel().catch(() => {});
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
