/** The name under which TensorFlow.js knows the backend. */
export const BACKEND_NAME = 'unroll-webgpu';
