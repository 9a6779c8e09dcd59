// What has to be there before TensorFlow.js is used: its gradients, some of them mended, words for disposed tensors, and `using` for tensors.
import '#tfjs-gradients';
import './disposed-inputs.ts';
import './mended-gradients.ts';
import './tensor-dispose.ts';
import './tidy-types.ts';
