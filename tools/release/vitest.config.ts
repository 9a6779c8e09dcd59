import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, {
  // GitHub's workflow parser imports JSON as bundlers do, which Node does not support, and lacks the sources of its
  // maps.
  test: { server: { deps: { inline: [/@actions\//] } } },
  logLevel: 'error',
});
