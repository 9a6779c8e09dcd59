// What has to be there before TensorFlow.js is used: its gradients, some of them mended, and `using` for tensors.
import '#tfjs-gradients';
import './mended-gradients.ts';
import './tensor-dispose.ts';
