/** Where pages find TensorFlow.js's `.wasm` files, from the page's own place */
export const WASM_FOLDER = 'tfjs-wasm/';
