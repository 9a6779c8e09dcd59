/** The folder of TensorFlow.js's `.wasm` files, relative to the page */
export const WASM_FOLDER = 'tfjs-wasm/';
