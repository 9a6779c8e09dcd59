import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, {
  // GitHub's parser of workflows imports JSON as bundlers take it and Node does not, and lacks its maps' sources.
  test: { server: { deps: { inline: [/@actions\//] } } },
  logLevel: 'error',
});
