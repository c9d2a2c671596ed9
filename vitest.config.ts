import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    // A test never speaks to the network that the machine happens to be on.
    env: { BELFRY_DISCOVERY: 'off' },
    reporters: ['default', './tests/missing-reporter.ts'],
  },
})
