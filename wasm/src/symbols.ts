/// <reference lib="esnext.disposable" preserve="true" />

// Where the platform does not have these two yet, the methods that bear them are simply out of reach.
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol('Symbol.dispose');
export const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol('Symbol.asyncDispose');
