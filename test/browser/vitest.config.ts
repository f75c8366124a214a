import { defineConfig } from 'vitest/config';

/** Tests in a real browser; they need Debian's chromium, `npm test` does not. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
