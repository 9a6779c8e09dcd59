/** The backend's name in TensorFlow.js's registry. */
export const BACKEND_NAME = 'onnxruntime';
