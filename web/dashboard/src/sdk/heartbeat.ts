import { isConnectionError } from './failure';

/** Milliseconds between attempts while the gateway is away. */
const reconnectEvery = 3_000;

/** For `refetchInterval`: asks again until the gateway is back, and only then. */
export function untilBack(query: { state: { error: unknown } }): number | false {
  return isConnectionError(query.state.error) ? reconnectEvery : false;
}
