// Emscripten would take the fetch of Node.js for a browser's and look for the module in the network.
delete globalThis.fetch;
