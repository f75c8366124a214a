import { defineConfig } from 'vitest/config';

// Every test file loads its modules anew; what they compile to is kept.
process.env.NODE_COMPILE_CACHE ??= new URL('../node_modules/.cache/node-compile', import.meta.url).pathname;

/** What shows how fast the service is on a quiet machine. */
const ALONE = ['test/e2e/value-lists.test.ts'];
const shared = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/worker-setup.ts'],
  // Far more than a test needs: a machine may be busy with other work.
  testTimeout: 600_000,
  hookTimeout: 600_000,
};

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    projects: [
      {
        test: {
          ...shared,
          name: 'all',
          include: ['test/**/*.test.ts'],
          // The browser's tests need a browser: npm run test:browser.
          exclude: [...ALONE, 'test/browser/**'],
          // More than cores: they wait for the store half of the time.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...shared, name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
